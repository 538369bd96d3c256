"""Every verb from every status, drawn from the table: it leads where the table says, or refuses and changes nothing."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from stations.refusals import Refused
from tests.volunteers.rosters import MORNING, shift, volunteer
from volunteers.models import Assignment, AssignmentEvent
from volunteers.seating import answering, asking, calling_off, standins, withdrawing
from volunteers.states import LABELS, RETIMED, TRANSITIONS, Status

NOW = MORNING - timedelta(days=2)
# Who may: the person (own), who leads there (lead), a colleague (desk), a stranger (nobody).
OWN, LEAD = {"own", "lead"}, {"lead"}
VERBS = {
    "accept": (answering.accept, OWN),
    "decline": (answering.decline, OWN),
    "seek_standin": (standins.seek, OWN),
    "keep": (standins.keep, OWN),
    "withdraw": (withdrawing.withdraw, OWN),
    "excuse": (partial(withdrawing.excuse, why="发烧"), LEAD),
    # Called by other verbs, which have asked.
    "take_back": (asking.take_back, {"own", "lead", "desk", "nobody"}),
    "call_off": (partial(calling_off.call_off, why="停电"), {"own", "lead", "desk", "nobody"}),
}
# Those on which other pages stand, tested there: generation (ask_again), proposals, duty.
ELSEWHERE = {
    "confirm_out",
    "propose",
    "ask_again",
    "sign_up",
    "check_in",
    "undo_check_in",
    "check_out",
    "undo_check_out",
    "miss",
}


class _Undone(Exception):
    """Rolls one cell back."""


def cover(assignment, *, by, now):
    profile = volunteer(assignment.seat.shift.station, name="替班的人")
    return standins.cover(assignment, profile, by=by, now=now)


VERBS["be_covered"] = (cover, {"own", "lead", "desk"})


def in_status(status, seat, profile):
    on_duty = {"checked_in_at": MORNING} if status in (Status.CHECKED_IN, Status.DONE) else {}
    return Assignment.objects.create(
        seat=seat, profile=profile, status=status, via="self", created_at=NOW - timedelta(days=1),
        starts_at=seat.shift.starts_at, ends_at=seat.shift.ends_at, **on_duty,
    )  # fmt: skip


def cell(verb, status, seat, profile, by):
    """(the sentence or "", the status afterwards, the verbs noted); then it never happened."""
    try:
        with transaction.atomic():
            assignment = in_status(status, seat, profile)
            said = ""
            try:
                VERBS[verb][0](assignment, by=by, now=NOW)
            except Refused as refusal:
                said = str(refusal)
            noted = list(AssignmentEvent.objects.filter(assignment=assignment).values_list("verb", flat=True))
            after = Assignment.objects.get(pk=assignment.pk).status
            raise _Undone
    except _Undone:
        return bool(said), after, noted


@pytest.fixture
def world(house):
    seat = shift(house.station, seats=1).seats.select_related("shift__station").get()
    profile = volunteer(house.station)
    who = {"own": profile.user, "lead": house.lead, "desk": house.volunteer, "nobody": house.outsider}
    return seat, profile, who


def test_every_verb_is_tried_somewhere():
    assert {*VERBS, *ELSEWHERE} == set(TRANSITIONS)


def test_every_verb_has_a_word_for_the_history():
    assert set(LABELS) == {*TRANSITIONS, RETIMED}


@pytest.mark.parametrize("verb", VERBS)
def test_verb_leads_where_the_table_says(world, verb):
    seat, profile, who = world
    sources, target = TRANSITIONS[verb]

    for status in Status:
        expected = (False, target, [verb]) if status in sources else (True, status, [])
        assert cell(verb, status, seat, profile, who["lead"]) == expected, status


@pytest.mark.parametrize("verb", VERBS)
def test_verb_is_for_those_who_may(world, verb):
    seat, profile, who = world
    source = TRANSITIONS[verb][0][0]

    through = {name for name, by in who.items() if not cell(verb, source, seat, profile, by)[0]}

    assert through == VERBS[verb][1]
