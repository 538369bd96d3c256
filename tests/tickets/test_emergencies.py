"""Emergencies: first the call, then one more press; a limit by the clock on the wall; loud until answered."""

import re
import uuid

import pytest
import time_machine
from django.urls import reverse

from notices.models import Notice
from tests.factories import CategoryFactory, EmergencyFactory, RuleFactory, at
from tests.tickets.loop import ANSWER, MONDAY, claimed, dispatched, rows, ticket_in
from tickets import desks, slips, workflow
from tickets.demo.places import EMERGENCIES
from tickets.due import due_of, due_of_clock
from tickets.models import Clock, Ticket
from tickets.states import Status

DESK, RECEIVE = reverse("tickets:desk"), reverse("tickets:receive")
FRIDAY_NIGHT = at("2026-11-20 23:30")


@pytest.fixture
def leak(house):
    return EmergencyFactory(name="燃气泄漏")


@pytest.fixture
def volunteer(house, client_of):
    return client_of(house.volunteer)


def form(category, **fields):
    submission = str(uuid.uuid4())
    return {"words": "厨房有煤气味", "category": category.pk, "submission_id": submission, **fields}


def text(answer):
    return answer.content.decode()


def with_due(ticket):
    return Ticket.objects.with_people().with_due().get(pk=ticket.pk)


def test_emergency_is_not_filed_before_somebody_called(house, leak):
    before = rows()

    with pytest.raises(workflow.CallFirst) as stop:
        house.receive(category=leak)

    assert stop.value.category == leak
    assert "119" in str(stop.value)
    assert rows() == before


def test_stop_shows_the_number_and_keeps_what_was_typed(volunteer, leak):
    sent = form(leak, building="24", room="502", name="吴阿姨", phone="13800138000")

    page = volunteer.post(RECEIVE, sent)

    assert page.status_code == 422
    assert not Ticket.objects.exists()
    assert '<span>打 <a href="tel:119">119</a></span>' in text(page)
    assert f"打过电话再登记，现在还没有登记。{leak.emergency_advice}" in text(page)
    kept = page.context["form"]
    assert {name: str(kept[name].value()) for name in sent} == {name: str(sent[name]) for name in sent}
    assert f'name="called" value="{leak.pk}"' in text(page)


def test_one_more_press_files_it_once(volunteer, leak):
    sent = form(leak, called=leak.pk)

    answers = [volunteer.post(RECEIVE, sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert Ticket.objects.get().category == leak


def test_call_for_one_emergency_does_not_file_another(volunteer, leak):
    trapped = EmergencyFactory(name="电梯困人", emergency_call="96333")

    page = volunteer.post(RECEIVE, form(trapped, called=leak.pk))

    assert page.context["stop"] == trapped
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("called", ["", "yes", "true", "0", "x" * 5000])
def test_made_up_confirmations_file_nothing(volunteer, leak, called):
    page = volunteer.post(RECEIVE, form(leak, called=called))

    assert page.status_code == 422
    assert not Ticket.objects.exists()


def test_not_urgent_after_all_keeps_everything_but_the_category(volunteer, leak):
    sent = form(leak, building="24", phone="13800138000", calm="1")

    page = volunteer.post(RECEIVE, sent)

    form_again = page.context["form"]
    assert page.status_code == 200
    assert not Ticket.objects.exists()
    assert (form_again["words"].value(), form_again["category"].value()) == ("厨房有煤气味", None)
    assert page.context["stop"] is None
    assert sent["submission_id"] in text(page)


@pytest.mark.parametrize(("name", "hours", "number", "advice"), EMERGENCIES)
def test_desk_gives_one_order_of_steps_for_each_emergency_of_the_demo(volunteer, name, hours, number, advice):
    told = {"emergency_hours": hours, "emergency_call": number, "emergency_advice": advice}
    EmergencyFactory(name=name, **told)

    call = re.search(r'data-call="\d+" hidden>.*?</p>', text(volunteer.get(DESK)), re.DOTALL)[0]
    said = re.sub(r"<[^>]+>", "", call.partition("<span>")[2])

    assert said == f"打 {number}：{advice}"
    assert said.count("先") <= 1 and said.count("再打") <= 1


def test_emergency_without_advice_says_to_call_first(volunteer):
    EmergencyFactory(emergency_advice="")

    assert '<span>先打 <a class="nw" href="tel:119">119</a></span>' in text(volunteer.get(DESK))


def test_everyday_category_needs_no_call(volunteer, house):
    assert volunteer.post(RECEIVE, form(house.category)).status_code == 302


def test_desk_puts_emergencies_behind_the_others(volunteer, leak):
    CategoryFactory(name="其他", ordinal=leak.ordinal + 1)

    page = text(volunteer.get(DESK))

    assert page.index(">其他<") < page.index("急事先打电话") < page.index(">燃气泄漏<")
    assert f'data-call="{leak.pk}" hidden' in page


def test_reply_is_due_by_the_clock_on_the_wall(house, leak):
    ticket = house.receive(category=leak, called=True, now=FRIDAY_NIGHT)

    clocks = {clock.kind: clock for clock in ticket.clocks.all()}
    assert clocks["reply"].due_at == at("2026-11-21 01:30")
    assert (clocks["reply"].hours, clocks["reply"].working_days) == (2, 0)
    assert clocks["resolve"].due_at == at("2026-11-27 18:00")


def test_desk_says_before_filing_when_an_emergency_is_answered(house, leak):
    outage = EmergencyFactory(emergency_hours=24)

    _, others = desks.reply_dues(house.station, now=FRIDAY_NIGHT)

    assert others[leak.pk] == "2小时内，明天（周六）01:30前"
    assert others[outage.pk] == "24小时内，明天（周六）23:30前"


def test_emergency_of_a_rule_in_days_keeps_its_hours(house, leak):
    RuleFactory(category=leak, area=house.area, reply_days=3)

    _, others = desks.reply_dues(house.station, now=FRIDAY_NIGHT)

    assert others[leak.pk].startswith("2小时内")


def test_slip_gives_the_hours_and_no_working_days(house, leak):
    ticket = house.receive(category=leak, called=True, now=FRIDAY_NIGHT)
    receipt, clock = ticket.reporters.get().receipts.get(), ticket.clocks.get(kind="reply")

    slip = slips.slip(receipt, clock, now=FRIDAY_NIGHT)

    assert slip.why == "急事，2小时内答复，不分昼夜、不分节假日。"
    assert (slip.due_day, slip.due_time) == ("11月21日（周六）", "01:30")


@pytest.mark.parametrize(
    ("now", "kind", "words"),
    [
        ("2026-11-20 23:40", "left", "还剩1小时50分"),
        ("2026-11-21 01:10", "near", "已过八成，还剩20分"),
        ("2026-11-21 01:30", "near", "已过八成，还剩0分"),
        ("2026-11-21 02:45", "over", "超时1小时15分"),
    ],
)
def test_chip_counts_by_the_clock_on_the_wall(house, leak, now, kind, words):
    ticket = house.receive(category=leak, called=True, now=FRIDAY_NIGHT)

    of_list = due_of(with_due(ticket), now=at(now))
    of_page = due_of_clock(ticket.clocks.get(kind="reply"), area=house.area, now=at(now))

    assert (of_list.kind, of_list.text) == (of_page.kind, of_page.text) == (kind, words)


def test_late_answer_is_late_by_the_clock_on_the_wall(house):
    clock = Clock(kind="reply", hours=2, due_at=at("2026-11-21 01:30"), met_at=at("2026-11-21 03:00"))

    chip = due_of_clock(clock, area=house.area, now=MONDAY)

    assert chip.text == "迟了1小时30分答复"


def test_amending_into_an_emergency_shortens_and_out_of_it_lengthens(house, leak):
    ticket = house.receive(now=MONDAY)

    workflow.amend(ticket, by=house.dispatcher, category=leak, now=at("2026-11-23 10:30"))
    shortened = ticket.clocks.get(kind="reply")
    workflow.amend(ticket, by=house.dispatcher, category=house.category, now=at("2026-11-23 11:00"))

    lengthened = ticket.clocks.get(kind="reply")
    assert (shortened.hours, shortened.due_at) == (2, at("2026-11-23 12:00"))
    assert (lengthened.hours, lengthened.working_days, lengthened.due_at) == (None, 1, at("2026-11-24 10:00"))


def test_amending_out_of_an_emergency_leaves_late_late(house, leak):
    ticket = house.receive(category=leak, called=True, now=MONDAY)

    workflow.amend(ticket, by=house.dispatcher, category=house.category, now=at("2026-11-23 13:00"))

    assert ticket.clocks.get(kind="reply").due_at == at("2026-11-23 12:00")


def test_emergency_is_urgent_for_dispatcher_unit_and_lead(house, leak):
    ticket = house.receive(category=leak, called=True, now=MONDAY)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=MONDAY)

    urgent = Notice.objects.filter(is_urgent=True, text__startswith="【急】")
    assert {notice.recipient for notice in urgent} == {
        house.dispatcher,
        house.staff,
        house.colleague,
        house.unit_lead,
    }
    assert urgent.count() == Notice.objects.count()


def test_answered_emergency_is_loud_no_more(house, leak):
    ticket = house.receive(category=leak, called=True, now=MONDAY)
    workflow.reply(ticket, by=house.dispatcher, now=MONDAY, **ANSWER)

    event = workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=MONDAY)

    told = Notice.objects.filter(effect=f"ask:{event.pk}")
    assert {(notice.is_urgent, "【急】" in notice.text) for notice in told} == {(False, False)}


def test_emergencies_without_an_answer_come_before_what_is_overdue(house, leak):
    late = house.receive(now=at("2026-11-16 10:00"))
    plain = house.receive(category=None, now=MONDAY)
    pressing = house.receive(category=leak, called=True, now=MONDAY)
    answered = house.receive(category=leak, called=True, now=MONDAY)
    workflow.reply(answered, by=house.dispatcher, now=MONDAY, **ANSWER)

    assert list(Ticket.objects.open().with_due().by_due()) == [pressing, late, plain, answered]


def test_queue_begins_with_the_emergency_and_says_so_in_the_title(house, leak, client_of):
    house.receive(now=at("2026-11-16 10:00"))
    ticket = house.receive(category=leak, called=True, now=MONDAY)

    page = client_of(house.dispatcher).get(reverse("tickets:queue"))

    assert page.context["rows"][0]["ticket"] == ticket
    assert page.context["ticket"] == ticket
    assert "<title>【急1】待派 2｜" in text(page)
    assert text(page).count("st-urgent") == 2


@pytest.mark.parametrize(
    ("who", "route"),
    [("staff", "unit_to_claim"), ("dispatcher", "list"), ("volunteer", "desk"), ("secretary", "list")],
)
def test_emergency_is_marked_on_every_list_and_page(house, leak, client_of, who, route):
    ticket = house.receive(category=leak, called=True)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    client = client_of(getattr(house, who))

    pages = [client.get(reverse(f"tickets:{route}")), client.get(ticket.get_absolute_url())]

    assert ["st-urgent" in text(page) for page in pages] == [True, True]


@time_machine.travel(MONDAY, tick=False)
def test_card_of_an_emergency_is_red_until_it_is_answered(house, leak, client_of):
    ticket = house.receive(category=leak, called=True)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    client = client_of(house.staff)

    before = text(client.get(reverse("tickets:unit_to_claim")))
    workflow.claim(ticket, by=house.staff)
    workflow.reply(ticket, by=house.staff, **ANSWER)
    after = text(client.get(reverse("tickets:unit_mine")))

    assert "card job is-urgent" in before
    assert ticket.title in after and "is-urgent" not in after


def test_emergency_is_not_lost_in_a_ticket_which_is_none(volunteer, house, leak):
    plain, pressing = house.receive("厨房有煤气味"), house.receive(category=leak, called=True)

    refused, joined = (
        volunteer.post(RECEIVE, form(leak, words=ticket.words, same_as=ticket.number))
        for ticket in (plain, pressing)
    )

    assert (refused.status_code, refused.context["stop"]) == (422, leak)
    assert joined.status_code == 302
    assert [ticket.reporters.count() for ticket in (plain, pressing)] == [1, 2]


def test_dispatcher_who_makes_it_an_emergency_reads_whom_to_call(house, leak, client_of):
    ticket = house.receive()
    address = reverse("tickets:amend", args=[ticket.number])

    page = client_of(house.dispatcher).get(address)

    assert "燃气泄漏（急事，先打119）" in text(page)


def test_unit_is_told_urgently_when_its_ticket_becomes_an_emergency(house, leak):
    ticket = house.receive(now=MONDAY)
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=MONDAY)

    event = workflow.amend(ticket, by=house.dispatcher, category=leak, reason="是漏气", now=MONDAY)

    told = Notice.objects.filter(effect=f"event:{event.pk}")
    assert len(told) == 3 and all(notice.is_urgent and "【急】" in notice.text for notice in told)


def test_emergency_is_merged_only_into_an_emergency(house, leak):
    master, ticket = house.receive(now=MONDAY), house.receive(category=leak, called=True, now=MONDAY)

    with pytest.raises(workflow.Invalid, match="急事只能并进急事") as refusal:
        workflow.merge(ticket, by=house.dispatcher, master=master, now=MONDAY)
    workflow.amend(master, by=house.dispatcher, category=leak, now=MONDAY)
    workflow.merge(ticket, by=house.dispatcher, master=master, now=MONDAY)

    assert refusal.value.field == "master"
    assert Ticket.objects.get(pk=ticket.pk).merged_into == master


def became(ticket, category, house):
    """The ticket as it was read before its category was corrected."""
    before = Ticket.objects.select_related("category").get(pk=ticket.pk)
    reason = {"reason": "刚问清楚"} if ticket.status != Status.RECEIVED else {}
    workflow.amend(ticket, by=house.dispatcher, category=category, now=MONDAY, **reason)
    return before


def test_emergency_since_it_was_read_is_merged_only_into_an_emergency(house, leak):
    master, ticket = house.receive(now=MONDAY), house.receive(now=MONDAY)
    before = became(ticket, leak, house)

    with pytest.raises(workflow.Invalid, match="急事只能并进急事.*更正成燃气泄漏"):
        workflow.merge(before, by=house.dispatcher, master=master, now=MONDAY)

    assert not Ticket.objects.merged().exists()


def test_no_emergency_any_more_since_it_was_read_is_merged(house, leak):
    master, ticket = house.receive(now=MONDAY), house.receive(category=leak, called=True, now=MONDAY)
    before = became(ticket, house.category, house)

    workflow.merge(before, by=house.dispatcher, master=master, now=MONDAY)

    assert Ticket.objects.get(pk=ticket.pk).merged_into == master


def test_emergency_since_it_was_read_does_not_wait_for_the_resident(house, leak):
    before = became(ticket_in(Status.CLAIMED, house), leak, house)

    with pytest.raises(workflow.Invalid, match="紧急的事不能等"):
        workflow.ask_resident(before, by=house.staff, question="是哪一家？", now=MONDAY)

    assert Ticket.objects.get(pk=before.pk).status == Status.CLAIMED


def test_no_emergency_any_more_since_it_was_read_may_wait(house, leak):
    urgent = house.receive(category=leak, called=True, now=MONDAY)
    for step in (dispatched, claimed):
        step(urgent, house)
    before = became(urgent, house.category, house)

    workflow.ask_resident(before, by=house.staff, question="是哪一家？", now=MONDAY)

    assert Ticket.objects.get(pk=before.pk).status == Status.WAITING
