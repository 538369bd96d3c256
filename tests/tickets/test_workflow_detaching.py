"""另开一单: who joined the wrong ticket gets one of their own, late as it may be, and nobody is forgotten."""

import uuid
from datetime import timedelta

import pytest

from notices.models import Notice
from tests.factories import CategoryFactory, RuleFactory, at
from tests.pictures import photo_of
from tests.tickets.loop import (
    BAD,
    GOOD,
    MONDAY,
    TUESDAY,
    claimed,
    dispatched,
    joined,
    merged,
    neighbour,
    replied,
    resolved,
    rows,
    told,
    waiting,
    withdrawn,
)
from tickets import receipts, resident, sweeps, workflow
from tickets.duplicates import candidates
from tickets.models import Apart, Clock, Photo, Receipt, Reporter, Telling, Ticket
from tickets.reconciling import nightly
from tickets.resident import private_of_others
from tickets.states import Status
from tickets.wall import editing

CAME = MONDAY + timedelta(hours=1)
HOUR = timedelta(hours=1)
SECOND = {"name": "李建国", "phone": "13900005678", "room": "602"}


@pytest.fixture
def ticket(house):
    return house.receive("厨房水管漏水", now=MONDAY, name="王秀兰")


@pytest.fixture
def volunteer(house):
    """Of another desk of the community."""
    return neighbour(house, name="邻站志愿者")


@pytest.fixture
def second(ticket, house, volunteer):
    """Who joined at the other desk an hour later, with a matter that is another one."""
    desk = {"by": volunteer, "station": volunteer.active_posts[0].station}
    return joined(ticket, house, CAME, words="楼上装修，天花板裂了", place="23栋·三楼", **desk, **SECOND)


def walk(ticket, house, *steps, now=CAME):
    for step in steps:
        step(Ticket.objects.get(pk=ticket.pk), house, now)


def detach(reporter, by, now=TUESDAY, **said):
    """On the ticket that is worked on for them; the event of that ticket."""
    reporter = Reporter.objects.get(pk=reporter.pk)
    said = {"reason": "是装修的事，加错了", **said}
    return workflow.detach(reporter.matter, by=by, reporter=reporter, now=now, **said)


def own_of(reporter) -> Ticket:
    return Reporter.objects.get(pk=reporter.pk).ticket


def sheet(reporter, *, words=True, now=TUESDAY):
    return resident.sheet(resident.load(Reporter.objects.get(pk=reporter.pk), words=words, now=now))


# What becomes of it ---------------------------------------------------------------------------------


def test_own_ticket_is_as_if_it_had_been_filed_when_they_came(ticket, second, house, volunteer):
    detach(second, house.dispatcher)

    own, station = own_of(second), volunteer.active_posts[0].station
    assert own.number == f"{station.code}-20261123-001" and own.split_from == ticket
    assert (own.station, own.received_at, own.logged_by) == (station, CAME, volunteer)
    assert (own.title, own.words, own.place) == ("楼上装修，天花板裂了", "楼上装修，天花板裂了", "23栋·三楼")
    assert (own.category, own.building) == (ticket.category, None)
    assert (own.status, own.unit, own.round) == (Status.RECEIVED, None, 1)
    reporter = own.reporters.get()
    assert not reporter.has_joined and (reporter.words, reporter.place) == ("", "")
    assert (reporter.name, reporter.phone, reporter.room) == tuple(SECOND.values())
    assert list(ticket.reporters.values_list("name", flat=True)) == ["王秀兰"]


def test_place_is_read_as_they_said_it_and_may_be_said_otherwise(ticket, second, house):
    other = type(house.building).objects.create(area=house.area, name="23栋", ordinal=99)
    lift = CategoryFactory()

    detach(second, house.dispatcher, category=lift)

    own = own_of(second)
    assert (own.building, own.place, own.category) == (other, "三楼", lift)


def test_place_is_the_tickets_where_they_said_no_other(ticket, house):
    Ticket.objects.filter(pk=ticket.pk).update(place="二楼转角")
    third = joined(ticket, house, CAME)

    detach(third, house.volunteer)

    own = own_of(third)
    assert (own.building, own.place) == (ticket.building, "二楼转角")
    assert own.number == f"{house.station.code}-20261123-002"


def test_both_timelines_tell_and_the_coming_is_as_it_was_written_down(ticket, second, house, volunteer):
    event = detach(second, house.dispatcher)

    own = own_of(second)
    came, parted = own.events.all()
    assert (came.verb, came.at, came.by, came.post) == ("receive", CAME, volunteer, volunteer.active_posts[0])
    assert (parted.verb, parted.at, parted.by) == ("detach", TUESDAY, house.dispatcher)
    assert parted.data == {"from": ticket.number, "ticket": ticket.pk}
    assert (event.ticket, event.data["number"], event.words) == (ticket, own.number, "是装修的事，加错了")
    assert "李建国" not in str(event.data) and "天花板" not in str(event.data)


def test_everything_agrees_afterwards(ticket, second, house):
    walk(ticket, house, dispatched, claimed, replied, resolved)

    detach(second, house.dispatcher)
    sweeps.flag_overdue(now=TUESDAY + HOUR)

    assert nightly.run(now=TUESDAY + HOUR) == 0


def test_limits_run_from_when_they_came_and_late_stays_late(ticket, second, house):
    walk(ticket, house, dispatched, claimed, replied)

    detach(second, house.dispatcher, now=TUESDAY + 2 * HOUR)

    reply, resolve = own_of(second).clocks.order_by("pk")
    assert (reply.starts_at, reply.due_at, reply.met_at) == (CAME, at("2026-11-24 11:00"), None)
    assert reply.is_late(TUESDAY + 2 * HOUR) and resolve.starts_at == CAME
    sweeps.flag_overdue(now=TUESDAY + 2 * HOUR)
    assert Clock.objects.get(pk=reply.pk).flagged_at == TUESDAY + 2 * HOUR
    assert own_of(second).clocks.filter(unit=None).count() == 2


def test_rule_sends_it_on_as_any_new_one(ticket, second, house):
    other = RuleFactory(area=house.area, unit=house.other_unit, is_automatic=True).category

    detach(second, house.dispatcher, category=other)

    own = own_of(second)
    assert (own.status, own.unit) == (Status.DISPATCHED, house.other_unit)
    assert told(own.events.get(verb="dispatch")) == {"孙伟"}


def test_those_whom_it_concerns_are_told(ticket, second, house, volunteer):
    walk(ticket, house, dispatched, claimed)
    lead = neighbour(house, "station_lead", name="邻站站长")
    lead.posts.update(station=second.station)

    event = detach(second, volunteer)

    assert told(event) == {"周建华"}
    assert told(own_of(second).events.get(verb="detach")) == {house.dispatcher.name, "邻站站长"}


def test_desk_is_told_where_the_dispatcher_did_it(second, house):
    detach(second, house.dispatcher)

    assert told(own_of(second).events.get(verb="detach")) == {"邻站志愿者"}


def test_slip_still_opens_and_says_both_numbers(ticket, second, house):
    receipt = Receipt.objects.get(reporter=second)
    token, code = receipts.token(receipt), receipts.code(receipt)
    walk(ticket, house, dispatched, claimed, replied)

    detach(second, house.dispatcher)

    opened = receipts.by_token(token, now=TUESDAY)
    assert opened == receipts.by_code(code, now=TUESDAY) == receipt
    own = opened.reporter.ticket
    page = sheet(second)
    assert (page.number, page.old_number, page.headline) == (own.number, ticket.number, "已经收到，请等答复")
    assert [entry.title for entry in page.history] == [
        f"是另一件事，从{ticket.number}分出来，另开了一单",
        f"{second.station.name}接单",
    ]
    assert page.history[1].at.endswith("11:00") and page.said is None
    short = sheet(second, words=False)
    assert (short.old_number, short.history[0].title) == ("", "是另一件事，另开了一单")


def test_found_by_the_number_on_the_slip_also_where_the_other_ticket_is_not_seen(
    ticket, second, house, volunteer
):
    detach(second, volunteer)
    own = own_of(second)

    mine = Ticket.objects.visible_to(volunteer)
    assert list(mine.matching(ticket.number)) == list(mine.matching(ticket.short_number)) == [own]
    assert list(mine) == [own]
    assert list(Ticket.objects.matching("天花板")) == [own]


def test_their_photos_go_along_and_nobody_elses(ticket, second, house, volunteer):
    theirs = photo_of(ticket, by=volunteer, reporter=second)
    others = [photo_of(ticket, by=house.volunteer), photo_of(ticket, by=house.staff, stage="finished")]

    detach(second, house.dispatcher)

    assert list(Photo.objects.filter(ticket=own_of(second))) == [theirs]
    assert list(Photo.objects.filter(ticket=ticket)) == others
    seen = Photo.objects.visible_to_reporter(Reporter.objects.get(pk=second.pk), own_of(second))
    assert list(seen) == [theirs]


def test_the_two_are_not_taken_for_one_again(ticket, second, house):
    detach(second, house.dispatcher, building=ticket.building, place=ticket.place)

    assert Apart.objects.get().by == house.dispatcher
    assert candidates(own_of(second), now=TUESDAY) == []
    Apart.objects.all().delete()
    assert candidates(own_of(second), now=TUESDAY) == [ticket]


# What was said to them before -----------------------------------------------------------------------


def test_answer_and_rating_stay_where_they_were_given(ticket, second, house):
    walk(ticket, house, dispatched, claimed, replied, resolved)
    workflow.review(Ticket.objects.get(pk=ticket.pk), by=second, now=CAME, **BAD)
    walk(ticket, house, resolved)

    detach(second, house.dispatcher)

    own = own_of(second)
    assert (own.replies.count(), own.ratings.count(), own.solvable) == (0, 0, "")
    rating = second.ratings.get()
    assert (rating.ticket, rating.round) == (ticket, 1)
    assert not Telling.objects.missing_for(house.dispatcher).filter(pk=second.pk).exists()


def test_the_others_are_waited_for_no_more_once_they_have_rated(ticket, second, house):
    walk(ticket, house, dispatched, claimed, replied, resolved)
    first = ticket.reporters.get(name="王秀兰")
    workflow.review(Ticket.objects.get(pk=ticket.pk), by=first, now=CAME, **GOOD)

    event = detach(second, house.dispatcher)

    ticket.refresh_from_db()
    assert (event.status_to, ticket.status, ticket.closed_at) == (Status.CLOSED, Status.CLOSED, TUESDAY)
    assert ticket.clocks.get(kind="rating").met_at == TUESDAY
    assert "其余的都评过了，结案" in Notice.objects.get(effect=f"event:{event.pk}").text


def test_whom_staff_named_stays_hidden_from_the_others(ticket, second, house):
    walk(ticket, house, dispatched, claimed)
    words = "也问了李建国602，电话13900005678"
    workflow.reply(
        Ticket.objects.get(pk=ticket.pk), by=house.staff, solvable="no", words=words, told="slip", now=CAME
    )

    detach(second, house.dispatcher)

    first = ticket.reporters.get()
    assert sheet(first).said.words == "也问了＊＊＊＊，电话＊＊"
    assert set(private_of_others(first, ticket)) == {"13900005678", "李建国", "602"}
    assert "李建国" in editing.known_of(ticket).names


def test_whom_they_left_stays_hidden_on_the_new_ticket(ticket, second, house):
    detach(second, house.dispatcher)
    own = own_of(second)
    other = joined(own, house, TUESDAY, name="赵小梅")

    assert "王秀兰" in private_of_others(second, own)
    assert "王秀兰" in editing.known_of(own).names
    assert "赵小梅" not in private_of_others(ticket.reporters.get(), ticket)
    page = sheet(other)
    assert page.old_number == "" and not any(ticket.number in entry.title for entry in page.history)


def test_a_rating_on_its_way_does_not_count_for_the_other_matter(ticket, second, house):
    walk(ticket, house, dispatched, claimed, replied, resolved)
    read = Ticket.objects.get(pk=ticket.pk)  # the page was opened before
    detach(second, house.dispatcher, now=CAME + HOUR)

    with pytest.raises(workflow.Conflict, match="单独办"):
        workflow.review(read, by=second, now=CAME + HOUR, **BAD)

    assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED


# When and by whom -----------------------------------------------------------------------------------

WAYS = {
    Status.RECEIVED: (),
    Status.DISPATCHED: (dispatched,),
    Status.CLAIMED: (dispatched, claimed),
    Status.WAITING: (dispatched, claimed, waiting),
    Status.RESOLVED: (dispatched, claimed, replied, resolved),
    Status.WITHDRAWN: (withdrawn,),
}


@pytest.mark.parametrize("status", WAYS)
def test_the_ticket_they_had_joined_stays_as_it_is(ticket, second, house, status):
    walk(ticket, house, *WAYS[status])

    detach(second, house.dispatcher)

    assert Ticket.objects.get(pk=ticket.pk).status == status
    assert own_of(second).status == Status.RECEIVED


def test_ninety_days_after_it_was_closed_and_no_longer(ticket, second, house):
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.CLOSED, closed_at=TUESDAY)

    with pytest.raises(workflow.NotAllowed, match="超过90天"):
        detach(second, house.dispatcher, now=TUESDAY + timedelta(days=90, seconds=1))
    detach(second, house.dispatcher, now=TUESDAY + timedelta(days=90))

    assert own_of(second).split_from == ticket


def test_of_a_merged_ticket_it_is_done_where_the_matter_goes_on(ticket, second, house):
    walk(ticket, house, merged)
    own = Ticket.objects.get(pk=ticket.pk)

    with pytest.raises(workflow.Conflict, match=f"已并入{own.merged_into.number}"):
        workflow.detach(own, by=house.dispatcher, reporter=second, reason="另一件事", now=TUESDAY)
    event = detach(second, house.dispatcher)

    assert (event.ticket, own_of(second).split_from) == (own.merged_into, own)
    assert Apart.objects.count() == 2


def test_first_reporter_has_a_ticket_already(ticket, second, house):
    before = rows()

    with pytest.raises(workflow.Invalid, match="第一位") as refusal:
        workflow.detach(ticket, by=house.dispatcher, reporter=ticket.reporters.first(), reason="另一件事")

    assert refusal.value.field == "reporter" and rows() == before


def test_only_the_desk_where_they_came_or_the_dispatcher(ticket, second, house, volunteer):
    walk(ticket, house, dispatched, claimed)
    also_there = neighbour(house, name="换到邻站的经办人")
    before = rows()

    for by in (house.volunteer, house.lead):  # of the first reporter's desk
        with pytest.raises(workflow.Invalid, match="别的站登记的"):
            detach(second, by)
    for by in (house.staff, house.unit_lead, house.secretary, house.outsider, also_there, second):
        with pytest.raises(workflow.NotAllowed):
            detach(second, by)

    assert rows() == before
    detach(second, volunteer)


def test_reason_is_needed_and_another_communitys_building_is_none(ticket, second, house):
    elsewhere = type(house)().building
    before = rows()

    for wrong, field in (({"reason": " "}, "reason"), ({"building": elsewhere}, "building")):
        with pytest.raises(workflow.Invalid) as refusal:
            detach(second, house.dispatcher, **wrong)
        assert refusal.value.field == field

    assert rows()["Ticket"][:1] == before["Ticket"] and len(rows()["Event"]) == len(before["Event"])


def test_same_form_again_is_the_same_ticket(ticket, second, house):
    key, third = uuid.uuid4(), joined(ticket, house, CAME, words="我家也滴水")

    first, again = (
        workflow.detach(ticket, by=house.dispatcher, reporter=second, reason="加错了", key=key, now=TUESDAY)
        for _ in range(2)
    )

    assert first == again and Ticket.objects.count() == 2
    with pytest.raises(workflow.Conflict, match="已经用过"):
        detach(third, house.dispatcher, key=key)
    with pytest.raises(workflow.Invalid, match="请选这张工单的反映人"):
        workflow.detach(ticket, by=house.dispatcher, reporter=second, reason="加错了", now=TUESDAY)
    with pytest.raises(workflow.Conflict, match="已经用过"):
        detach(third, house.lead, key=key)
