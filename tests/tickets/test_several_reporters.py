"""Several people, one matter: each reads every answer and nothing of the others, and each rates once a round."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from tests.tickets.loop import (
    BAD,
    GOOD,
    MONDAY,
    TUESDAY,
    claimed,
    dispatched,
    joined,
    neighbour,
    replied,
    resolved,
    waiting,
)
from tickets import permissions, presenting, receipts, resident, workflow
from tickets.models import Rating, Receipt, Reporter, Telling, Ticket
from tickets.states import Status

HOUR = timedelta(hours=1)
AGAIN = "正在重新办理"
FIRST = {"name": "王秀兰", "phone": "13800001234", "room": "502"}
SECOND = {"name": "李建国", "phone": "13900005678", "room": "602"}


@pytest.fixture
def ticket(house):
    return house.receive("厨房水管漏水", now=MONDAY, **FIRST)


@pytest.fixture
def volunteer(house):
    return neighbour(house, name="邻站志愿者")


@pytest.fixture
def second(ticket, house, volunteer):
    """Who joined at another desk an hour later."""
    station = volunteer.active_posts[0].station
    fields = {"by": volunteer, "station": station, "words": "楼上往下滴水", "place": "23栋", **SECOND}
    return joined(ticket, house, MONDAY + HOUR, **fields)


@pytest.fixture
def merged(ticket, house):
    """Whoever brought a ticket of their own that was merged into the first."""
    own = house.receive("天花板湿了一大片", now=MONDAY + HOUR, **SECOND)
    workflow.merge(own, by=house.dispatcher, master=ticket, now=MONDAY + HOUR)
    return own.reporters.get()


def work_on(ticket, house, *steps):
    for step in (dispatched, claimed, *steps):
        step(Ticket.objects.get(pk=ticket.pk), house, MONDAY + 2 * HOUR)


def sheet(reporter, *, words=True, now=TUESDAY):
    own = Reporter.objects.get(pk=reporter.pk)
    return resident.sheet(resident.load(own, words=words, now=now))


def titles(reporter, **kwargs):
    return [entry.title for entry in sheet(reporter, **kwargs).history]


def page_of(reporter):
    """Everything the resident's browser gets."""
    client = Client()
    token = receipts.token(Receipt.objects.valid().get(reporter=reporter))
    return client.get(reverse("tickets:track", args=[token]), follow=True).text


# What each reads ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["second", "merged"])
def test_every_reporter_reads_the_answer_and_nothing_of_the_others(request, ticket, house, who, time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    other, first = request.getfixturevalue(who), ticket.reporters.get_or_create(room="502")[0]
    work_on(ticket, house, replied)

    for reporter, theirs in ((first, SECOND), (other, FIRST)):
        page = page_of(reporter)
        assert "周五换" in page and "能解决，11月27日（周五）前办好" in page
        assert [text for text in (*theirs.values(), theirs["phone"][-4:]) if text in page] == []
    assert "水管" not in page_of(other)
    assert "滴水" not in page_of(first) and "天花板" not in page_of(first)


@pytest.mark.parametrize("who", ["second", "merged"])
def test_whom_an_answer_names_only_that_one_reads(request, ticket, house, who):
    other, first = request.getfixturevalue(who), ticket.reporters.get(room="502")
    words = "去过王秀兰家502，电话13800001234，也问了李建国602"
    work_on(
        ticket,
        house,
        partial(waiting, question="王秀兰在家吗？502和602都要进"),
        partial(replied, words=words),
    )

    asked = [entry.words for entry in sheet(other).history if "请您补充" in entry.title]

    assert sheet(other).said.words == "去过＊＊家＊＊，电话＊＊，也问了李建国602"
    assert sheet(first).said.words == "去过王秀兰家502，电话13800001234，也问了＊＊＊＊"
    assert asked == ["＊＊在家吗？＊＊和602都要进"]


def test_who_joined_reads_own_words_under_the_own_date_and_station(second):
    page = sheet(second)

    assert page.about == "24栋楼上往下滴水"
    assert titles(second) == [f"{second.station.name}接单，和同一件事一起办"]
    assert page.advice == "有人反映过同一件事，一起办，您不用再登记。"
    assert [fact.text for fact in sheet(second, words=False).facts][1] == "11月23日（周一）11:00"


def test_who_brought_a_ticket_of_their_own_reads_that_the_receipt_still_counts(merged):
    assert sheet(merged).advice == "和另一张反映同一件事的工单一起办，您的回执照样能用，不用再登记。"
    assert sheet(merged).number == merged.ticket.number


def test_first_reporter_reads_nothing_of_the_second_coming(ticket, second):
    assert titles(ticket.reporters.first()) == [f"{ticket.station.name}接单"]


def test_merged_reporter_reads_what_happens_to_the_master(ticket, house, merged):
    work_on(ticket, house, replied)

    page = sheet(merged)

    assert page.number == merged.ticket.number and page.about == "24栋天花板湿了一大片"
    assert titles(merged) == [
        "答复：能解决，11月27日（周五）前办好",
        "安居物业开始办理",
        "派给安居物业",
        "和另一张反映同一件事的工单一起办",
        f"{merged.ticket.station.name}接单",
    ]
    assert page.facts[0].label == "最晚办完"


def test_separated_reporter_reads_the_own_ticket_again(ticket, house, merged):
    workflow.unmerge(Ticket.objects.get(pk=merged.ticket_id), by=house.dispatcher, now=TUESDAY)
    work_on(ticket, house, replied)

    assert titles(merged) == [
        "又分开单独办",
        "和另一张反映同一件事的工单一起办",
        f"{merged.ticket.station.name}接单",
    ]
    assert "周五换" not in page_of(merged)


def test_receipt_of_a_merged_ticket_lives_as_long_as_the_master(ticket, house, merged):
    receipt = Receipt.objects.valid().get(reporter=merged)
    late = MONDAY + timedelta(days=120)

    assert not receipts.is_expired(receipt, late)
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.CLOSED, closed_at=MONDAY)
    assert receipts.is_expired(Receipt.objects.valid().get(reporter=merged), late)


# What each rates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["second", "merged"])
def test_all_must_rate_and_the_last_good_one_closes(request, ticket, house, who):
    other = request.getfixturevalue(who)
    work_on(ticket, house, resolved)
    ticket.refresh_from_db()
    first = ticket.reporters.first()

    workflow.review(ticket, by=other, now=TUESDAY, **GOOD)
    assert (ticket.status, sheet(other).headline) == (Status.RESOLVED, "谢谢您的评价")
    assert sheet(first).may_rate and not sheet(other).may_rate
    workflow.review(ticket, by=first, now=TUESDAY, **GOOD)

    assert ticket.status == Status.CLOSED
    assert set(Rating.objects.values_list("reporter", "ticket")) == {
        (first.pk, ticket.pk),
        (other.pk, ticket.pk),
    }


@pytest.mark.parametrize("who", ["second", "merged"])
def test_one_bad_rating_reopens_for_all(request, ticket, house, who):
    other = request.getfixturevalue(who)
    work_on(ticket, house, resolved)
    ticket.refresh_from_db()
    first = ticket.reporters.first()
    workflow.review(ticket, by=first, now=TUESDAY, **GOOD)

    workflow.review(ticket, by=other, now=TUESDAY, **BAD)

    assert (ticket.status, ticket.round) == (Status.CLAIMED, 2)
    assert sheet(other).headline == "谢谢您的评价，会重新办理"
    assert "您评了“没解决、不满意”" in titles(other) and "您评了“解决了、满意”" not in titles(other)
    assert "不满意" not in "".join(titles(first))


@pytest.mark.parametrize("who", ["second", "merged"])
@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (BAD, "另一位反映人说还没解决，所以重新办理，第2轮"),
        ({"solved": "yes", "satisfied": "not"}, "另一位反映人还不满意，所以重新办理，第2轮"),
    ],
)
def test_the_others_read_why_it_is_done_again(request, ticket, house, who, answers, why):
    other = request.getfixturevalue(who)
    work_on(ticket, house, resolved)
    ticket.refresh_from_db()
    first = ticket.reporters.first()
    workflow.review(ticket, by=first, now=TUESDAY, **GOOD)

    workflow.review(ticket, by=other, words="还在滴", now=TUESDAY, **answers)

    assert titles(first)[0] == titles(first, words=False)[0] == why
    assert titles(other)[0] == "重新办理，第2轮"
    assert (
        sheet(first).headline
        == sheet(first, words=False).headline
        == why.replace("所以重新办理，第2轮", AGAIN)
    )
    assert all(text not in page_of(first) for text in ("还在滴", "李"))
    replied(ticket, house, now=TUESDAY)
    assert sheet(first).advice == why.replace("，第2轮", "。办好了请您评一评。")


def test_a_changed_rating_is_a_reason_too(ticket, second, house):
    work_on(ticket, house, resolved)
    ticket.refresh_from_db()
    first = ticket.reporters.first()
    for reporter in (second, first):
        workflow.review(ticket, by=reporter, now=TUESDAY, **GOOD)

    workflow.change_rating(ticket, by=second, now=TUESDAY + HOUR, **BAD)

    assert titles(first)[0] == "另一位反映人说还没解决，所以重新办理，第2轮"


def test_nobodys_rating_is_the_reason_where_a_person_reopened_it(ticket, second, house):
    work_on(ticket, house, resolved)
    ticket.refresh_from_db()
    workflow.review(ticket, by=second, now=TUESDAY, **GOOD)

    workflow.reopen(ticket, by=house.dispatcher, reason="来电话说又漏了", now=TUESDAY)

    assert titles(ticket.reporters.first())[0] == titles(second)[0] == "重新办理，第2轮"
    assert sheet(second).headline == sheet(ticket.reporters.first()).headline == f"社区决定重办，{AGAIN}"
    assert "又漏了" not in page_of(second)


def test_merged_reporter_rates_by_the_own_receipt(ticket, house, merged):
    work_on(ticket, house, resolved)
    client = Client()
    client.get(reverse("tickets:track", args=[receipts.token(Receipt.objects.valid().get(reporter=merged))]))

    answer = client.post(reverse("tickets:rate"), {**GOOD, "round": 1})

    assert answer.status_code == 302
    assert Rating.objects.get().ticket == ticket and Rating.objects.get().reporter == merged


def test_merged_ticket_itself_is_rated_by_nobody(ticket, house, merged):
    work_on(ticket, house, resolved)

    with pytest.raises(workflow.Conflict):
        workflow.review(merged.ticket, by=merged, now=TUESDAY, **GOOD)


def test_proxy_may_be_of_either_desk_but_not_who_wrote_a_reporter_down(ticket, house, second, volunteer):
    work_on(ticket, house, resolved)
    ticket.refresh_from_db()
    colleague = neighbour(house)
    colleague.posts.update(station=second.station)
    proxy = {"reporter": second, "channel": "desk", "now": TUESDAY, **GOOD}

    with pytest.raises(workflow.NotAllowed):
        workflow.review(ticket, by=volunteer, **proxy)
    workflow.review(ticket, by=type(colleague).objects.get(pk=colleague.pk), **proxy)

    assert Rating.objects.get().reporter == second


def test_who_filed_the_duplicate_is_no_proxy_for_the_master(ticket, house, merged):
    Ticket.objects.filter(pk=ticket.pk).update(logged_by=house.lead)
    ticket.events.filter(verb="receive").first()  # stays as it was: events are append-only
    work_on(ticket, house, resolved)

    may = permissions.permit("review", house.volunteer, Ticket.objects.get(pk=ticket.pk), now=TUESDAY)

    assert not may.allowed


# What staff see -------------------------------------------------------------------------------------


def contacts(ticket, user, now=MONDAY + 2 * HOUR):
    fresh = Ticket.objects.get(pk=ticket.pk)
    return presenting.contacts(fresh, Reporter.objects.shown_on(fresh), user, now=now)


def phones(ticket, user, **kwargs):
    return [contact.tel for contact in contacts(ticket, user, **kwargs)]


def test_each_logger_sees_the_own_reporter_until_midnight(ticket, house, second, volunteer):
    assert phones(ticket, house.volunteer) == [FIRST["phone"], ""]
    assert phones(ticket, volunteer) == ["", SECOND["phone"]]
    assert phones(ticket, volunteer, now=TUESDAY) == ["", ""]
    assert phones(ticket, house.dispatcher) == [FIRST["phone"], SECOND["phone"]]


def test_claimant_of_the_master_calls_everybody(ticket, house, merged):
    work_on(ticket, house)

    assert phones(ticket, house.staff) == [FIRST["phone"], SECOND["phone"]]
    assert phones(merged.ticket, house.staff) == [""]


def test_ticket_page_shows_each_reporters_words(ticket, house, second, client_of, time_machine):
    time_machine.move_to(TUESDAY, tick=False)

    page = client_of(house.lead).get(ticket.get_absolute_url()).text

    assert "厨房水管漏水" in page and "楼上往下滴水" in page and "23栋" in page
    assert f"{second.station}加入" in page
    assert "李建国" not in page and "李**" in page


def test_slip_of_who_joined_is_for_who_wrote_them_down_and_the_desks_lead(
    ticket, house, second, volunteer, client_of, time_machine
):
    time_machine.move_to(MONDAY + HOUR, tick=False)
    lead = neighbour(house, "station_lead")
    lead.posts.update(station=second.station)
    url = reverse("tickets:slip_of", args=[ticket.number, second.pk])
    code = receipts.printed(receipts.code(Receipt.objects.get(reporter=second)))

    may = {user.name: client_of(user).get(url) for user in (volunteer, lead, house.volunteer, house.lead)}

    assert [answer.status_code for answer in may.values()] == [200, 200, 403, 403]
    assert code in may[volunteer.name].text and "楼上往下滴水" in may[volunteer.name].text
    assert "水管" not in may[volunteer.name].text
    assert client_of(volunteer).get(reverse("tickets:slip", args=[ticket.number])).status_code == 403


@pytest.mark.parametrize("place", [0, 3, 10**6, 10**30])
def test_slip_of_nobody_is_missing(ticket, house, second, client_of, place):
    url = reverse("tickets:slip_of", args=[ticket.number, place])

    assert client_of(house.lead).get(url).status_code == 404


def test_answer_given_before_stands_on_the_slip_and_counts_as_told(ticket, house, client_of, time_machine):
    time_machine.move_to(MONDAY + 3 * HOUR, tick=False)
    work_on(ticket, house, replied)

    ticket.replies.update(words="周五换，和王秀兰说好了")
    late = joined(ticket, house, MONDAY + 3 * HOUR)
    page = client_of(house.volunteer).get(reverse("tickets:slip_of", args=[ticket.number, late.pk])).text

    assert "王秀兰" not in page
    assert page.count("能解决，11月27日（周五）前办好") == 2 and page.count("周五换") == 2
    assert "请当面告诉居民" in page
    told = Telling.objects.get(reporter=late)
    assert (told.reply, told.channel, told.by) == (ticket.replies.get(), "in_person", house.volunteer)


def test_statements_of_the_ticket_page_stay_the_same_with_more_reporters(
    ticket, house, client_of, django_assert_max_num_queries
):
    client = client_of(house.dispatcher)
    joined(ticket, house)
    with django_assert_max_num_queries(60) as one:
        client.get(ticket.get_absolute_url())
    for _ in range(3):
        joined(ticket, house)

    with django_assert_max_num_queries(len(one)):
        client.get(ticket.get_absolute_url())


def test_each_is_asked_after_at_the_desk_they_came_to(ticket, house, volunteer, second, client_of):
    Reporter.objects.update(phone="")
    type(second.station).objects.filter(pk=second.station_id).update(phone="023-7777 0001")

    page = client_of(house.dispatcher).get(ticket.get_absolute_url()).text
    receipt = page_of(second)

    assert f'href="tel:{house.station.phone}"' in page and 'href="tel:023-7777 0001"' in page
    assert "023-7777 0001" in receipt and house.station.phone not in receipt
