"""更正: what may be corrected, what the events say of it, and what it does to the clocks."""

from datetime import timedelta

import pytest

from tests.factories import BuildingFactory, CategoryFactory, RuleFactory, at
from tests.tickets.loop import MONDAY, ticket_in, told
from tickets import sweeps, workflow
from tickets.models import Event, Ticket
from tickets.states import Status, Verb
from tickets.workflow.door import record
from tickets.workflow.office import last_correction

D, C, R = Status.DISPATCHED, Status.CLAIMED, Status.RECEIVED
LATER = MONDAY + timedelta(hours=2)


@pytest.fixture
def slower(house):
    """A category of the community with three days to reply and ten to resolve."""
    category = CategoryFactory(name="环境卫生")
    RuleFactory(category=category, area=house.area, reply_days=3, resolve_days=10)
    return category


def amend(ticket, house, *, by=None, now=LATER, reason="登记时听错了", **new):
    return workflow.amend(ticket, by=by or house.dispatcher, now=now, reason=reason, **new)


def dues(ticket):
    return {clock.kind: clock.due_at for clock in ticket.clocks.all()}


def test_new_category_recomputes_the_clocks_from_their_start(house, slower):
    ticket = ticket_in(D, house)

    amend(ticket, house, category=slower)

    ticket.refresh_from_db()
    assert ticket.category == slower
    assert dues(ticket) == {"reply": at("2026-11-26 10:00"), "resolve": at("2026-12-07 10:00")}


def test_late_clock_stays_late_whatever_the_new_category(house, slower):
    ticket = ticket_in(D, house)

    amend(ticket, house, category=slower, now=MONDAY + timedelta(days=1, seconds=1))

    assert dues(ticket) == {"reply": at("2026-11-24 10:00"), "resolve": at("2026-12-07 10:00")}


def test_flagged_clock_is_not_touched(house, slower):
    ticket = ticket_in(D, house)
    sweeps.flag_overdue(now=MONDAY + timedelta(days=2))
    before = ticket.clocks.filter(kind="reply").values().get()

    amend(ticket, house, category=slower, now=MONDAY + timedelta(days=2))

    assert ticket.clocks.filter(kind="reply").values().get() == before


def test_met_clock_is_not_touched(house, slower):
    ticket = ticket_in(Status.CLAIMED, house)
    workflow.reply(ticket, by=house.staff, solvable="no", words="没有配件", told="phone", now=MONDAY)

    amend(ticket, house, category=slower)

    assert dues(ticket)["reply"] == at("2026-11-24 10:00")


def test_other_corrections_leave_the_clocks_alone(house):
    ticket = ticket_in(C, house)
    before = list(ticket.clocks.values())

    amend(ticket, house, title="燃气灶打不着火", place="二楼转角")

    assert list(ticket.clocks.values()) == before


def test_corrected_words_are_found_by_search(house):
    ticket = ticket_in(R, house)

    amend(ticket, house, title="电梯困人", words="三单元电梯困人")

    assert list(Ticket.objects.matching("电梯困人")) == [ticket]
    assert list(Ticket.objects.matching("燃气灶")) == []


def test_event_names_the_contact_fields_but_never_their_values(house):
    ticket = ticket_in(R, house)

    event = amend(ticket, house, name="王建国", phone="13800001234", room="302")

    reporter = ticket.reporters.get()
    assert (reporter.name, reporter.phone, reporter.room) == ("王建国", "13800001234", "302")
    assert event.data == {"name": "怎么称呼", "phone": "手机号", "room": "房号"}
    said = [text for event in Event.objects.all() for text in (event.words, *event.data.values())]
    assert not any("1234" in text for text in said if isinstance(text, str))


def test_logger_corrects_until_midnight_without_a_reason(house):
    ticket = ticket_in(R, house)

    amend(ticket, house, by=house.volunteer, reason="", place="二楼", now=at("2026-11-23 23:59"))
    with pytest.raises(workflow.NotAllowed):
        amend(ticket, house, by=house.volunteer, place="三楼", now=at("2026-11-24 00:00"))

    ticket.refresh_from_db()
    assert ticket.place == "二楼"


def test_correction_after_the_queue_needs_a_reason(house):
    ticket = ticket_in(D, house)

    with pytest.raises(workflow.Invalid) as refusal:
        amend(ticket, house, reason="", place="二楼")

    assert refusal.value.field == "reason"


@pytest.mark.parametrize("field", ["building", "category", "title", "words"])
def test_amend_refuses_what_cannot_be_true(house, field):
    ticket = ticket_in(R, house)
    impossible = {
        "building": BuildingFactory(),
        "category": CategoryFactory(is_active=False),
        "title": " ",
        "words": "",
    }

    with pytest.raises(workflow.Invalid) as refusal:
        amend(ticket, house, **{field: impossible[field]})

    assert refusal.value.field == field


def test_amending_nothing_writes_nothing(house):
    ticket = ticket_in(R, house)

    assert amend(ticket, house, title=ticket.title, category=ticket.category) is None
    assert not Event.objects.filter(verb="amend").exists()


def test_owner_is_told_of_a_correction(house):
    ticket = ticket_in(C, house)

    assert told(amend(ticket, house, place="二楼")) == {"周建华"}


def test_correction_does_not_write_over_somebody_elses(house):
    ticket = ticket_in(R, house)
    stale, seen = Ticket.objects.get(pk=ticket.pk), last_correction(ticket)
    amend(ticket, house, words="三单元电梯困人")

    with pytest.raises(workflow.Conflict, match="别人更正过"):
        amend(stale, house, seen=seen, words=stale.words, place="二楼")

    ticket.refresh_from_db()
    assert (ticket.words, ticket.place) == ("三单元电梯困人", "")


def test_photos_added_meanwhile_are_no_correction(house):
    ticket = ticket_in(R, house)
    seen = last_correction(ticket)
    door = {"by": house.dispatcher, "post": None, "now": LATER, "before": ticket.status}
    record(ticket, Verb.AMEND, **door, data={"photos": 1, "stage": "反映时"})

    assert amend(ticket, house, seen=seen, place="二楼")


def test_stale_ticket_is_amended_with_the_words_that_are_there_now(house):
    ticket = ticket_in(R, house)
    stale = Ticket.objects.get(pk=ticket.pk)
    amend(ticket, house, words="三单元电梯困人")

    amend(stale, house, place="二楼")

    assert list(Ticket.objects.matching("电梯困人")) == [ticket]
