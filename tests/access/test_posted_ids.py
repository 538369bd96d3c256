"""Ids sent inside a form: another community's are refused like ids that do not exist (AC-4)."""

import uuid

import pytest
import time_machine
from django.urls import reverse

from tests.access import crew, gaps
from tests.access.cast import AS_IT_IS, STAGE
from tests.access.walk import snapshot
from tests.tickets import ledgers
from tests.tickets.loop import GOOD, MONDAY
from tickets.states import Status
from volunteers import check_in_codes

pytestmark = pytest.mark.slow

R, D, C, W, S = Status.RECEIVED, Status.DISPATCHED, Status.CLAIMED, Status.WAITING, Status.RESOLVED


@pytest.fixture
def stage(db):
    with time_machine.travel(MONDAY, tick=False):
        yield STAGE.stand()


def form(stage, case) -> tuple:
    """(role, route, ticket or None, the other fields, the field under test, the foreign id)."""
    ours, other = stage.ours, stage.other
    amended = {"title": ours[R].title, "words": ours[R].words, "reason": "写错了"}
    proxy = {**GOOD, "channel": "phone"}
    told = {"words": "冷水管", "channel": "phone"}
    request = {"words": "灯不亮", "submission_id": uuid.uuid4()}
    loan = {"quantity": 1, "until": "next", "key": uuid.uuid4()}
    newcomer = {"name": "新来的", "phone": "13912345678"}
    own = {"reason": "是另一件事", "key": uuid.uuid4()}
    other_reply = stage.foreign[C].replies.get().pk
    told = {"solvable": "no", "words": "没有配件", "told": "phone"}
    rule = {"reply_days": 1, "resolve_days": 5, "seen": AS_IT_IS}
    of_rule = [stage.house.area.pk, stage.house.category.pk]
    return {
        "rule's unit": ("dispatcher", "rule", of_rule, rule, "whom", f"unit-{other.unit.pk}"),
        "rule's person": (
            "dispatcher",
            "rule",
            of_rule,
            {**rule, "whom": "kind-property"},
            "person",
            other.staff.pk,
        ),
        "told reply": (
            "volunteer",
            "tell",
            [ours[C].reporters.first().pk],
            {"channel": "phone"},
            "reply",
            other_reply,
        ),
        "told to": ("staff", "reply", ours[C], told, "told_to", stage.foreign[C].reporters.first().pk),
        "told to another's": ("staff", "reply", ours[C], told, "told_to", ours[R].reporters.get().pk),
        "asked": (
            "lead",
            "volunteers:call_out",
            [gaps.gap_of(stage.house).pk],
            {},
            "people",
            gaps.people(other)["people"][0],
        ),
        "unit": ("dispatcher", "dispatch", ours[R], {}, "unit", other.unit.pk),
        "colleague": ("unit_lead", "claim", ours[D], {}, "colleague", other.staff.pk),
        "our other unit's": (
            "unit_lead",
            "claim",
            ours[D],
            {},
            "colleague",
            stage.house.other_staff.pk,
        ),
        "building": ("dispatcher", "amend", ours[R], amended, "building", other.building.pk),
        "reporter": ("lead", "review", ours[S], proxy, "reporter", stage.foreign[S].reporters.get().pk),
        "our other reporter": ("lead", "review", ours[S], proxy, "reporter", ours[R].reporters.get().pk),
        "answerer": (
            "lead",
            "resident_answered",
            ours[W],
            told,
            "reporter",
            stage.foreign[W].reporters.get().pk,
        ),
        "our other answerer": (
            "lead",
            "resident_answered",
            ours[W],
            told,
            "reporter",
            ours[R].reporters.get().pk,
        ),
        "question": (
            "lead",
            "resident_answered",
            ours[W],
            {**told, "reporter": ours[W].reporters.get().pk},
            "question",
            stage.foreign[W].events.last().pk,
        ),
        "desk": ("volunteer", "desk", None, {}, "desk", other.station.code),
        "receive": ("volunteer", "receive", None, request, "desk", other.station.code),
        "tap": ("volunteer", "tap", None, {"kind": "water", "key": uuid.uuid4()}, "desk", other.station.code),
        "visit": ("volunteer", "undo_tap", None, {}, "visit", stage.shelves[1].visit.pk),
        "supply": ("volunteer", "lend", None, loan, "supply", stage.shelves[1].supply.pk),
        "lend": ("volunteer", "lend", None, loan, "desk", other.station.code),
        "add_supply": ("lead", "add_supply", None, {"name": "口罩"}, "desk", other.station.code),
        "hand_over": ("volunteer", "hand_over", None, {"words": "轮椅五点还"}, "desk", other.station.code),
        "wall's seat": (
            "volunteer",
            "volunteers:check_in",
            [check_in_codes.token(stage.house.station)],
            {"step": "in"},
            "seat",
            stage.duties[1].today.pk,
        ),
        "hints": ("volunteer", "hints", None, request, "desk", other.station.code),
        "same ticket": ("volunteer", "receive", None, request, "same_as", stage.foreign[R].number),
        "ended ticket": ("volunteer", "receive", None, request, "same_as", ours[S].number),
        "into": ("dispatcher", "merge", ours[R], {"sure": "1"}, "number", stage.foreign[R].number),
        "into the chosen": ("dispatcher", "merge", ours[R], {"sure": "1"}, "master", stage.foreign[R].number),
        "own ticket for": ("lead", "detach", ours[C], own, "reporter", stage.foreign[C].reporters.last().pk),
        "own ticket for another's": ("lead", "detach", ours[C], own, "reporter", ours[R].reporters.get().pk),
        "own ticket's building": (
            "dispatcher",
            "detach",
            ours[C],
            {**own, "reporter": ours[C].reporters.last().pk},
            "building",
            other.building.pk,
        ),
        "apart from": ("dispatcher", "apart", ours[R], {}, "other", stage.foreign[R].number),
        "together with": ("dispatcher", "propose_again", ours[R], {}, "other", stage.foreign[R].number),
        "changed shift": (
            "lead",
            "volunteers:changed",
            [stage.house.station.code],
            {"do": "keep"},
            "shift",
            stage.patterns[1].changed.pk,
        ),
        "shift's seat": (
            "lead",
            "volunteers:edit_shift_of_day",
            [stage.patterns[0].by_hand.pk],
            {"do": "remove"},
            "seat",
            stage.patterns[1].by_hand.seats.last().pk,
        ),
        "opening": ("lead", "accounts:enrol", None, newcomer, "opening", f"volunteer-{other.station.pk}"),
        "taker": (
            "volunteer",
            "volunteers:take",
            [stage.seats[0].free.pk],
            {},
            "profile",
            stage.seats[1].me.pk,
        ),
        "standing place": (
            "lead",
            "volunteers:standing",
            [stage.house.station.code],
            stage.seats[0].appointment,
            "place",
            stage.seats[1].standing.seat_id,
        ),
        "who stands": (
            "lead",
            "volunteers:standing",
            [stage.house.station.code],
            stage.seats[0].appointment,
            "profile",
            stage.seats[1].me.pk,
        ),
        "waiter": (
            "volunteer",
            "volunteers:wait",
            [stage.seats[0].full.pk],
            {},
            "profile",
            stage.seats[1].me.pk,
        ),
        "role": (
            "lead",
            "accounts:enrol",
            None,
            newcomer,
            "opening",
            f"station_lead-{stage.house.station.pk}",
        ),
        "ledger's station": (
            "dispatcher",
            "tickets:ledgers",
            None,
            {"answered": "end", "file": ledgers.sent(ledgers.csv(ledgers.DONE))},
            "station",
            stage.other.station.pk,
        ),
        **crew.posted(stage),
    }[case]


CASES = (
    *crew.POSTED,
    "rule's unit",
    "rule's person",
    "asked",
    "told reply",
    "told to",
    "told to another's",
    "unit",
    "colleague",
    "our other unit's",
    "building",
    "reporter",
    "our other reporter",
    "answerer",
    "our other answerer",
    "question",
    "desk",
    "receive",
    "tap",
    "visit",
    "supply",
    "lend",
    "add_supply",
    "hand_over",
    "wall's seat",
    "hints",
    "same ticket",
    "ended ticket",
    "into",
    "into the chosen",
    "own ticket for",
    "own ticket for another's",
    "own ticket's building",
    "apart from",
    "together with",
    "changed shift",
    "shift's seat",
    "opening",
    "taker",
    "waiter",
    "standing place",
    "who stands",
    "role",
    "ledger's station",
)


@pytest.mark.parametrize("case", CASES)
def test_foreign_id_is_refused_like_a_missing_one(stage, case):
    role, route, ticket, fields, field, foreign = form(stage, case)
    url = reverse(route if ":" in route else f"tickets:{route}", args=_args(ticket))
    before = snapshot()

    answers = {
        value: stage.client(role).post(url, {**fields, field: value})
        for value in (foreign, _missing(foreign))
    }

    assert [answer.status_code for answer in answers.values()] in ([422, 422], [409, 409])
    assert len({_errors(answer, value) for value, answer in answers.items()}) == 1
    after = snapshot()
    counted = {"tickets_lookupfailure"} if field == "same_as" else set()  # a look for what is alike
    assert {table for table in after if after[table] != before[table]} == counted


def _args(ticket):
    """Of the address: a ticket's number, or what a list says."""
    return ticket if isinstance(ticket, list) else [ticket.number] if ticket else []


def _missing(foreign):
    """An id of the same kind that nothing has."""
    if isinstance(foreign, int):
        return 10**9
    role, dash, number = foreign.partition("-")
    return f"{role}-{10**9}" if dash else "ZZ99"


def _errors(answer, value):
    """What the form says, without the value it repeats."""
    form = (answer.context or {}).get("form")
    return str(form.errors).replace(str(value), "") if form else ""
