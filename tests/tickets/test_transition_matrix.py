"""The transition matrix: every status, every built verb, every kind of person.

What should happen is worked out here from the table of states.py and from who a person is to the ticket, not
by asking permissions.py. An allowed cell really does the verb: one event, a status of the table, the right
people told. A refused cell says why in Chinese and leaves every record as it was.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import User
from stations.models import LocalDay
from tests.factories import person
from tests.tickets.loop import (
    ANSWER,
    GOOD,
    MONDAY,
    another_house_person,
    disabled,
    former,
    neighbour,
    rows,
    second_reporter,
    ticket_in,
    told,
)
from tickets import recounting, sweeps, workflow
from tickets.models import Clock, Event, Reply, Ticket
from tickets.states import MOVES, Status, Verb, Who

NEXT_DAY = MONDAY + timedelta(days=1)
HAN = re.compile("[一-鿿]")
R, D, C, W = Status.RECEIVED, Status.DISPATCHED, Status.CLAIMED, Status.WAITING
TO_REVIEW = Status.RESOLVED, Status.CLOSED
WITH_UNIT = (D, C, W, *TO_REVIEW)
WHY = "楼上也漏，写错了"


@dataclass(frozen=True)
class Kind:
    """A kind of person: who acts, when, and what that person is to a ticket by its status."""

    by: object
    is_: dict
    now: object = MONDAY

    def may(self, verb, status) -> bool:
        mine = {who for who, statuses in self.is_.items() if status in statuses}
        return any(m.built and m.verb == verb and status in m.sources and mine & {*m.who} for m in MOVES)


ALWAYS = tuple(Status)
NEAR = {Who.COMMUNITY: ALWAYS}
AT_STATION = {**NEAR, Who.STATION: ALWAYS}
PROXY = {**AT_STATION, Who.PROXY: ALWAYS}
OF_UNIT = {Who.UNIT: WITH_UNIT}


def kinds(house, ticket) -> dict[str, Kind]:
    """Everybody who could come near the ticket; the house gives the people."""
    return {
        "logger today": Kind(house.volunteer, {**AT_STATION, Who.LOGGER_TODAY: ALWAYS}),
        "logger next day": Kind(house.volunteer, AT_STATION, NEXT_DAY),
        "another volunteer": Kind(person("volunteer", station=house.station), PROXY),
        "another desk's volunteer": Kind(neighbour(house), NEAR),
        "station lead": Kind(house.lead, PROXY),
        "dispatcher": Kind(house.dispatcher, {Who.DISPATCHER: ALWAYS, Who.PROXY: ALWAYS}),
        "claimant": Kind(house.staff, {**OF_UNIT, Who.CLAIMANT: (C, W, *TO_REVIEW)}),
        "colleague": Kind(house.colleague, OF_UNIT),
        "unit lead": Kind(house.unit_lead, {**OF_UNIT, Who.UNIT_LEAD: WITH_UNIT}),
        "reporter": Kind(ticket.reporters.first(), {Who.REPORTER: ALWAYS}),
        "system": Kind(None, {Who.SYSTEM: ALWAYS}),
        **{name: Kind(by, {}) for name, by in strangers(house).items()},
    }


def strangers(house) -> dict:
    """People whom no row admits."""
    return {
        "other unit": house.other_staff,
        "other unit's lead": person("unit_lead", unit=house.other_unit, name="另一负责人"),
        "dispatcher elsewhere": another_house_person("dispatcher"),
        "secretary": house.secretary,
        "admin": house.admin,
        "outsider": house.outsider,
        "reporter of another ticket": house.receive(now=MONDAY).reporters.get(),
        "former dispatcher": former("dispatcher", area=house.area),
        "former colleague": former("unit_staff", unit=house.unit),
        "disabled dispatcher": disabled("dispatcher", area=house.area),
    }


def review(ticket, by, now, house):
    proxy = (
        {} if by == ticket.reporters.first() else {"reporter": ticket.reporters.first(), "channel": "phone"}
    )
    return workflow.review(ticket, by=by, now=now, **GOOD, **proxy)


def answer(ticket, by, now, house):
    first = ticket.reporters.first()
    said = {} if by == first else {"reporter": first, "channel": "phone"}
    return workflow.resident_answered(ticket, by=by, now=now, words="厨房的冷水管", **said)


def tell(ticket, by, now, house):
    reply, reporter = ticket.replies.last(), ticket.reporters.first()
    if by == reporter and ticket.status != Status.MERGED:
        return workflow.acknowledge(by, now=now)
    return workflow.tell(reply, reporter, by=by, channel="phone", now=now)


def attach(ticket, by, now, house):
    desk = next((p.station for p in getattr(by, "active_posts", []) if p.station), house.station)
    workflow.attach(ticket, by=by, station=desk, words="我家也是", now=now)
    return Event.objects.latest("pk")


def detach(ticket, by, now, house):
    """For somebody who had joined; where nobody had, a refusal takes the row back."""
    with transaction.atomic():
        known = ticket.reporters.filter(station__isnull=False).first()
        whom = known or second_reporter(ticket, house)
        return workflow.detach(ticket, by=by, reporter=whom, reason=WHY, now=now)


def merge(ticket, by, now, house):
    masters = Ticket.objects.in_area(house.area).open().exclude(pk=ticket.pk)
    return workflow.merge(ticket, by=by, master=masters.earliest("pk"), now=now)


def recount_after_a_closure(ticket, now):
    """A day on which the office was closed after all moves every clock that has yet to see it."""
    tomorrow = (now + timedelta(days=1)).date()
    LocalDay.objects.create(
        area=ticket.area, date=tomorrow, works=False, reason="停电", set_at=now, set_by=ticket.logged_by
    )
    return recounting.recount(now=now)


CALLS = {
    Verb.ATTACH: attach,
    Verb.DETACH: detach,
    Verb.MERGE: merge,
    Verb.UNMERGE: lambda t, by, now, h: workflow.unmerge(t, by=by, now=now),
    Verb.AMEND: lambda t, by, now, h: workflow.amend(t, by=by, now=now, reason=WHY, place="二楼转角"),
    Verb.DISPATCH: lambda t, by, now, h: workflow.dispatch(t, by=by, now=now, unit=h.other_unit, reason=WHY),
    Verb.CLAIM: lambda t, by, now, h: workflow.claim(t, by=by, now=now),
    Verb.RELEASE: lambda t, by, now, h: workflow.release(t, by=by, now=now, reason=WHY),
    Verb.HAND_BACK: lambda t, by, now, h: workflow.hand_back(t, by=by, now=now, reason=WHY),
    Verb.REPLY: lambda t, by, now, h: workflow.reply(t, by=by, now=now, **{**ANSWER, "words": "另一句话"}),
    Verb.ASK_RESIDENT: lambda t, by, now, h: workflow.ask_resident(
        t, by=by, now=now, question="哪一根水管？"
    ),
    Verb.RESIDENT_ANSWERED: answer,
    Verb.RESOLVE: lambda t, by, now, h: workflow.resolve(t, by=by, now=now, outcome="solved", words="好了"),
    Verb.REVIEW: review,
    Verb.CHANGE_RATING: lambda t, by, now, h: workflow.change_rating(
        t, by=by, now=now, solved="partly", satisfied="mostly"
    ),
    Verb.REOPEN: lambda t, by, now, h: workflow.reopen(t, by=by, now=now, reason=WHY),
    Verb.WITHDRAW: lambda t, by, now, h: workflow.withdraw(t, by=by, now=now, reason="mistake"),
    Verb.RESTORE: lambda t, by, now, h: workflow.restore(t, by=by, now=now, reason=WHY),
    Verb.TELL: tell,
}
SYSTEM_ONLY = {
    Verb.CLOSE_UNRATED: lambda t, now: workflow.close_unrated(t, now=now),
    Verb.WAITING_LAPSED: lambda t, now: workflow.waiting_lapsed(t, now=t.received_at + timedelta(days=30)),
    Verb.FLAG: lambda t, now: sweeps.flag_overdue(now=t.received_at + timedelta(days=30)),
    Verb.RECOUNT: recount_after_a_closure,
}
BESIDES = {Verb.DETACH: [Verb.RECEIVE, Verb.DETACH]}  # the events of the other ticket that it makes
OWNER = {R: {"何敏"}, D: {"周建华", "吴强", "郑洁"}, C: {"周建华"}, W: {"周建华"}}


def told_by_design(verb, status) -> set:
    """DESIGN §4, column notices, before whoever acted is left out."""
    owner = OWNER.get(status, set())
    return {
        Verb.AMEND: owner,
        Verb.ATTACH: owner,
        Verb.DETACH: owner or ({"何敏"} if status == Status.WITHDRAWN else {"周建华"}),
        Verb.MERGE: {*owner, "何敏"},
        Verb.UNMERGE: {*OWNER[D], "何敏"},
        Verb.DISPATCH: {"孙伟", "另一负责人", *(owner if status in (C, W) else ())},
        Verb.RELEASE: OWNER[D],
        Verb.HAND_BACK: {"何敏"},
        Verb.ASK_RESIDENT: {"陈国平", "刘桂芳"},
        Verb.RESIDENT_ANSWERED: owner,
        Verb.REVIEW: {"周建华", "郑洁"},
        Verb.CHANGE_RATING: {"周建华", "郑洁"},
        Verb.REOPEN: {"周建华"},
        Verb.WITHDRAW: owner if status in (C, W) else set(),
        Verb.RESTORE: {"何敏"},
    }.get(verb, set())


@pytest.fixture(params=Status, ids=lambda status: status.value)
def ticket(request, house):
    ticket = ticket_in(request.param, house)
    if ticket.status in TO_REVIEW:
        _let_the_rating_change(ticket, house)
    if ticket.status in (R, D, C):
        _leave_a_question_behind(ticket, house)
    _leave_an_answer_untold(ticket, house)
    return ticket


def _leave_an_answer_untold(ticket, house):
    """Written past the verbs, which could not answer in every status."""
    told = {"solvable": "no", "words": "没有配件", "told": "slip"}
    Reply.objects.create(ticket=ticket, round=ticket.round, by=house.dispatcher, at=MONDAY, **told)


def _leave_a_question_behind(ticket, house):
    """One that nobody waits for any more, written past the verbs likewise."""
    before, where = ticket.status, {"area": ticket.area, "at": MONDAY, "by": house.staff}
    Event.objects.create(
        ticket=ticket,
        round=ticket.round,
        verb=Verb.ASK_RESIDENT,
        status_from=before,
        status_to=before,
        **where,
    )


def _let_the_rating_change(ticket, house):
    """A rating that may be changed: on a ticket to review it is the first of two."""
    if ticket.status == Status.RESOLVED:
        other = second_reporter(ticket, house)
        workflow.review(ticket, by=other, now=MONDAY, **GOOD)


def test_every_built_verb_is_in_the_matrix():
    built = {move.verb for move in MOVES if move.built} - {Verb.RECEIVE}

    assert built == {*CALLS, *SYSTEM_ONLY}
    assert not any(hasattr(workflow, move.verb) for move in MOVES if not move.built)


@pytest.mark.slow
def test_matrix_cell_by_cell(house, ticket):
    people = kinds(house, ticket)

    wrong = [
        f"{name} × {verb} × {ticket.status}: {fault}"
        for name, kind in people.items()
        for verb in CALLS
        if (fault := _fault(house, ticket, verb, kind))
    ]

    assert wrong == []


@pytest.mark.parametrize("verb", SYSTEM_ONLY)
def test_system_verbs_happen_only_where_the_table_says(ticket, verb):
    Clock.objects.exclude(ticket=ticket).update(stopped_at=MONDAY)  # the master's are another story
    before = rows()

    try:
        SYSTEM_ONLY[verb](ticket, MONDAY)
    except workflow.Refused as refusal:
        assert HAN.search(str(refusal))

    found = Event.objects.filter(ticket=ticket, verb=verb).values_list("status_from", "status_to")
    if Kind(None, {Who.SYSTEM: ALWAYS}).may(verb, ticket_status := before["Ticket"][0]["status"]):
        assert set(found) == {(ticket_status, _targets(verb, ticket_status)[0])}
    else:
        assert rows() == before


@pytest.mark.parametrize("name", ["logger today", "station lead", "dispatcher", "secretary", "other unit"])
def test_receiving_is_for_the_station_and_its_dispatcher(house, name):
    kind = kinds(house, house.receive(now=MONDAY))[name]
    before = rows()

    try:
        house.receive(by=kind.by, now=MONDAY)
    except workflow.Refused as refusal:
        assert (refusal.http_status, rows()) == (403, before)
        assert name in ("secretary", "other unit")
    else:
        assert Ticket.objects.count() == len(before["Ticket"]) + 1
        assert name in ("logger today", "station lead", "dispatcher")


def test_matrix_notices_a_verb_that_admits_too_many(house, monkeypatch):
    """Negative control: with every person admitted, the matrix finds the strangers."""
    ticket = ticket_in(D, house)
    monkeypatch.setattr("tickets.permissions._ADMITS", dict.fromkeys(Who, lambda *_: (True, None)))

    fault = _fault(house, ticket, Verb.CLAIM, Kind(house.other_staff, {}))

    assert fault == "was allowed"


def _fault(house, ticket, verb, kind) -> str:
    """What is wrong with one cell, or nothing."""
    fresh = Ticket.objects.select_related("unit", "station", "area").get(pk=ticket.pk)
    by = _rater(fresh, kind.by) if verb == Verb.CHANGE_RATING else kind.by
    if kind.may(verb, fresh.status):
        return _fault_of_allowed(house, fresh, verb, by, kind.now)
    return _fault_of_refused(house, fresh, verb, by, kind.now)


def _rater(ticket, by):
    """On a ticket to review it is the second reporter who has rated already."""
    return ticket.reporters.last() if by == ticket.reporters.first() else by


def _fault_of_allowed(house, ticket, verb, by, now) -> str:
    before, known = ticket.status, set(Event.objects.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            event = CALLS[verb](ticket, by, now, house)
            fault = _fault_of_event(ticket, verb, by, before, event, known)
            raise _Undone
    except _Undone:
        return fault
    except workflow.Refused as refusal:
        return f"was refused: {refusal}"


def _fault_of_event(ticket, verb, by, before, event, known) -> str:
    ticket.refresh_from_db()
    new = [e.verb for e in Event.objects.exclude(pk__in=known)]
    should = told_by_design(verb, before) - {getattr(by, "name", None)}
    if new != [*BESIDES.get(verb, ()), verb] or event.by != (by if isinstance(by, User) else None):
        return f"events {new} by {event.by}"
    if ticket.status not in _targets(verb, before) or event.status_to != ticket.status:
        return f"ended in {ticket.status}"
    return "" if told(event) == should else f"told {told(event)}, not {should}"


def _fault_of_refused(house, ticket, verb, by, now) -> str:
    expected = 403 if _targets(verb, ticket.status) else 409
    before = rows()
    try:
        CALLS[verb](ticket, by, now, house)
    except workflow.Refused as refusal:
        if refusal.http_status != expected or not HAN.search(str(refusal)):
            return f"{refusal.http_status} {refusal}"
        return "" if rows() == before else "changed something"
    return "was allowed"


def _targets(verb, status) -> list:
    found = [m for m in MOVES if m.built and m.verb == verb and status in m.sources]
    return [to for move in found for to in move.targets or (status,)]


class _Undone(Exception):
    """Rolls an allowed cell back."""
