"""Lending at the desk: the form, the list with overdue things first, who sees whom, and taking back."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from notices.models import Notice
from stations import lending
from stations.models import Loan
from tests.factories import at, person
from tests.stations.shelf import DAY, HOUR, lent, supply, tapped

LOANS, LEND, DESK = (reverse(f"tickets:{name}") for name in ("loans", "lend", "desk"))
TOLD = {"borrower": "李福生", "phone": "13800138000"}
TUESDAY = at("2026-11-24 10:00")


@pytest.fixture
def volunteer(house, client_of):
    return client_of(house.volunteer)


@pytest.fixture
def charger(house):
    return supply(house)


def form(thing, **fields):
    return {"supply": thing.pk, "quantity": 1, "until": "next", "key": str(uuid.uuid4()), **fields}


def url(name, loan):
    return reverse(f"tickets:{name}", args=[loan.pk])


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("who", ["volunteer", "lead", "dispatcher"])
def test_thing_is_lent_with_what_was_told(house, client_of, charger, who):
    answer = client_of(getattr(house, who)).post(
        LEND, form(charger, quantity=2, borrower="李福生", phone="138 0013 8000")
    )

    loan = Loan.objects.get()
    assert answer.url == LOANS
    assert (loan.supply, loan.quantity, loan.lent_by) == (charger, 2, getattr(house, who))
    assert (loan.borrower, loan.phone) == ("李福生", "13800138000")


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"until": "today"}, "2026-11-24 20:00"),
        ({"until": "next"}, "2026-11-25 20:00"),
        ({"until": "other", "due_on": "2026-11-30", "due_time": "12:30"}, "2026-11-30 12:30"),
        ({"until": "other", "due_on": "2026-11-30"}, "2026-11-30 20:00"),
        ({"until": "next", "due_on": "2026-11-30"}, "2026-11-25 20:00"),
    ],
)
def test_due_time_is_the_one_chosen(house, client_of, charger, fields, due):
    with time_machine.travel(TUESDAY, tick=False):
        client_of(house.volunteer).post(LEND, form(charger, **fields))

    assert Loan.objects.get().due_at == at(due)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"supply": ""}, "选借的是什么"),
        ({"supply": "x"}, "这样东西不外借"),
        ({"quantity": ""}, "填写数量"),
        ({"quantity": "两个"}, "只写数字"),
        ({"quantity": "0"}, "填1到10000之间的数"),
        ({"until": ""}, "选什么时候还"),
        ({"until": "today"}, "今天已经关门"),
        ({"until": "other"}, "选哪一天还"),
        ({"until": "other", "due_on": "xx"}, "选一个日期"),
        ({"until": "other", "due_on": "2026-11-30", "due_time": "xx"}, "选一个时间"),
        ({"until": "other", "due_on": "2026-11-23"}, "归还时间要晚于现在"),
        ({"until": "other", "due_on": "2027-11-23"}, "最长借90天"),
        ({"borrower": "李" * 31}, "最多30字"),
        ({"borrower": "李\n福"}, "不要换行"),
        ({"phone": "1380013800"}, "手机号是11位"),
    ],
)
def test_wrong_fields_are_named_and_what_was_typed_is_kept(house, client_of, charger, fields, sentence):
    typed = form(charger, borrower="李福生") | fields

    with time_machine.travel(at("2026-11-24 20:30"), tick=False):
        answer = client_of(house.volunteer).post(LEND, typed)

    assert answer.status_code == 422
    assert text(answer).count(sentence) >= 2 and "提交的内容有问题" in text(answer)
    assert typed["borrower"].replace("\n", "") in text(answer).replace("\n", "")
    assert not Loan.objects.exists()


def test_more_than_there_is_is_a_conflict_with_a_fresh_number(volunteer, charger):
    sent = form(charger, quantity=4, borrower="李福生")

    answer = volunteer.post(LEND, sent)

    assert answer.status_code == 409
    assert "充电器现在只有3个" in text(answer) and "李福生" in text(answer)
    assert sent["key"] not in text(answer)


def test_pressing_twice_lends_once(volunteer, charger):
    sent = form(charger)

    assert {volunteer.post(LEND, sent).url for _ in range(3)} == {LOANS}
    assert Loan.objects.count() == 1


@pytest.mark.parametrize("changed", [{"until": "other", "due_on": "2026-11-30"}, {"until": "today"}])
def test_changed_time_sent_again_is_told_and_lent_by_the_next_press(volunteer, charger, tuesday, changed):
    sent = form(charger)
    volunteer.post(LEND, sent)

    answer = volunteer.post(LEND, sent | changed)

    assert answer.status_code == 409
    assert "这张表已经登记过一次借出，改动没有记上" in text(answer)
    assert answer.context["form"]["until"].value() == changed["until"]
    volunteer.post(LEND, sent | changed | {"key": answer.context["form"].fresh_key})
    assert Loan.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x"])
def test_form_without_its_number_is_asked_for_again(volunteer, charger, key):
    answer = volunteer.post(LEND, form(charger, key=key))

    assert answer.status_code == 422
    assert "再按一次" in text(answer)


def test_counted_tap_is_joined_and_a_broken_one_is_no_obstacle(house, volunteer, charger):
    visit = tapped(house, "borrow")

    volunteer.post(LEND, form(charger, tap=str(visit.key)))
    volunteer.post(LEND, form(charger, tap="x"))

    assert [loan.visit == visit for loan in Loan.objects.order_by("pk")] == [True, False]


def test_what_is_all_gone_is_shown_and_cannot_be_chosen(house, volunteer):
    lent(house, supply(house, "折叠轮椅", 1))

    page = text(volunteer.get(LEND))

    assert "折叠轮椅·借完" in page and " disabled" in page


def test_station_without_lendable_things_says_what_to_do(house, client_of, volunteer):
    supply(house, "口罩", is_lendable=False)

    assert "请站长" in text(volunteer.get(LEND))
    assert reverse("tickets:add_supply") in text(client_of(house.lead).get(LEND))


def test_list_has_overdue_first_with_words(house, volunteer, charger):
    lent(house, charger, borrower="赵阿姨")
    lent(house, charger, now=timezone.now() - 2 * DAY, borrower="李福生")

    page = volunteer.get(LOANS)

    assert [row.who for row in page.context["rows"]] == ["李**", "赵**"]
    assert text(page).count("is-over") == 1
    assert page.context["rows"][0].due.text == "超时1天23小时"


@pytest.mark.parametrize("page", [LOANS, DESK])
def test_lists_mask_the_borrower_even_for_the_lender(house, volunteer, charger, page):
    lent(house, charger, **TOLD)

    shown = text(volunteer.get(page))

    assert "李**" in shown
    assert "李福生" not in shown and "13800138000" not in shown


def sees(page):
    assert ("李福生" in page) == ("13800138000" in page)
    assert ("李**" in page) == ("138****8000" in page) == ("李福生" not in page)
    return "李福生" in page


@pytest.fixture
def tuesday():
    with time_machine.travel(TUESDAY, tick=False):
        yield TUESDAY


@pytest.mark.parametrize(
    ("who", "ago", "sees_all"),
    [
        ("volunteer", timedelta(0), True),
        ("lead", timedelta(0), False),
        ("dispatcher", timedelta(0), False),
        ("volunteer", DAY, False),
        ("lead", DAY, False),
    ],
)
def test_borrower_in_full_is_for_the_lender_until_midnight(
    house, client_of, charger, tuesday, who, ago, sees_all
):
    loan = lent(house, charger, now=tuesday - ago, **TOLD)

    assert sees(text(client_of(getattr(house, who)).get(url("loan", loan)))) == sees_all


@pytest.mark.parametrize("who", ["volunteer", "lead"])
def test_station_looks_at_the_borrower_of_an_overdue_thing_and_it_is_written_down(
    house, client_of, charger, tuesday, who
):
    loan, client = lent(house, charger, now=tuesday - DAY, **TOLD), client_of(getattr(house, who))

    assert "看电话，催还" in text(client.get(url("loan", loan)))
    assert sees(text(client.post(url("loan_borrower", loan))))

    entry = AuditEntry.objects.get(action="revealed")
    assert (entry.actor, entry.area, entry.detail) == (getattr(house, who), house.area, "催还充电器")
    assert not sees(text(client.get(url("loan", loan))))


@pytest.mark.parametrize(("who", "state"), [("dispatcher", "overdue"), ("lead", "not due"), ("lead", "back")])
def test_nobody_else_and_at_no_other_time_looks_at_the_borrower(
    house, client_of, charger, tuesday, who, state
):
    loan = lent(house, charger, now=tuesday - DAY, due=3 * DAY if state == "not due" else HOUR, **TOLD)
    if state == "back":
        lending.take_back(loan, by=house.lead)

    answer = client_of(getattr(house, who)).post(url("loan_borrower", loan))

    assert answer.status_code == 403
    assert "过了归还时间还没还" in text(answer) and "李" not in text(answer)
    assert not AuditEntry.objects.filter(action="revealed").exists()


def test_look_after_ten_in_ten_minutes_is_reported(house, client_of, charger, tuesday):
    loan, client = lent(house, charger, now=tuesday - DAY, **TOLD), client_of(house.lead)

    for _ in range(11):
        client.post(url("loan_borrower", loan))

    assert AuditEntry.objects.filter(action="revealed", is_marked=True).count() == 1
    assert Notice.objects.get(effect__startswith="reveals:").recipient == house.secretary


def test_audit_page_says_whose_number_was_looked_at(house, client_of, charger, tuesday):
    client_of(house.lead).post(url("loan_borrower", lent(house, charger, now=tuesday - DAY, **TOLD)))

    page = text(client_of(house.secretary).get(reverse("tickets:audit")))

    assert "看了借东西的人的完整电话和称呼" in page and "催还充电器" in page


def test_extra_fields_change_nothing(house, volunteer, charger):
    extra = {
        "station": 0,
        "lent_by": house.lead.pk,
        "returned_by": house.lead.pk,
        "visit": 1,
        "pk": 1,
        "stock": 99,
    }
    extra |= {"lent_at": "2020-01-01", "returned_at": "2020-01-01", "due_at": "2020-01-01"}

    volunteer.post(LEND, form(charger, **extra))

    loan = Loan.objects.get()
    assert (loan.supply, loan.lent_by, loan.returned_at) == (charger, house.volunteer, None)
    assert loan.lent_at.year == timezone.now().year
    charger.refresh_from_db()
    assert charger.stock == 2


@pytest.mark.parametrize("name", ["loan", "loan_borrower", "take_back", "undo_take_back"])
def test_loan_of_another_station_is_not_found(house, client_of, charger, name):
    loan = lent(house, charger)
    client = client_of(person("volunteer", station=house.outsider.posts.get().station))

    answer = client.get(url(name, loan)) if name == "loan" else client.post(url(name, loan))

    assert answer.status_code == 404
    assert Loan.objects.out().count() == 1


@pytest.mark.parametrize(
    ("start", "target"), [("desk", DESK), ("list", LOANS), ("https://evil.example", LOANS)]
)
def test_thing_is_taken_back_and_the_way_leads_where_it_was_pressed(house, volunteer, charger, start, target):
    loan = lent(house, charger)

    answer = volunteer.post(url("take_back", loan), {"from": start}, follow=True)

    assert answer.redirect_chain[0][0] == target
    assert "充电器还回来了" in text(answer)
    assert not Loan.objects.out().exists()


def test_second_to_take_back_reads_who_was_first(house, volunteer, charger):
    loan = lent(house, charger)
    lending.take_back(loan, by=house.lead)

    answer = volunteer.post(url("take_back", loan))

    assert answer.status_code == 409
    assert "充电器已由陈国平" in text(answer) and "借出未还" in text(answer)


def test_return_is_offered_to_be_undone_for_a_few_minutes(house, volunteer, charger):
    loan, old = lent(house, charger), lent(house, charger)
    lending.take_back(loan, by=house.volunteer)
    lending.take_back(old, by=house.volunteer, now=timezone.now() - HOUR)

    assert [may for *_, may in volunteer.get(LOANS).context["returned"]] == [True, False]
    volunteer.post(url("undo_take_back", loan))
    answer = volunteer.post(url("undo_take_back", old))

    assert [*Loan.objects.out()] == [loan]
    assert answer.status_code == 409 and "五分钟" in text(answer)


def test_return_undone_twice_says_who_has_undone_it(house, volunteer, client_of, charger):
    loan = lent(house, charger)
    lending.take_back(loan, by=house.volunteer)
    client_of(house.lead).post(url("undo_take_back", loan))

    answer = volunteer.post(url("undo_take_back", loan))

    assert answer.status_code == 409
    assert "充电器的“已还”已由陈国平" in text(answer) and "五分钟" not in text(answer)
    assert [*Loan.objects.out()] == [loan]


@pytest.mark.parametrize("address", [LOANS, LEND])
def test_pages_ask_the_same_questions_for_1_and_4(
    house, volunteer, django_assert_num_queries, django_assert_max_num_queries, address
):
    lent(house, supply(house, "雨伞"), now=timezone.now() - DAY)
    volunteer.get(address)
    with django_assert_max_num_queries(12) as one:
        volunteer.get(address)
    for n in range(3):
        loan = lent(house, supply(house, f"雨伞{n}"))
    lending.take_back(loan, by=house.lead)

    with django_assert_num_queries(len(one)):
        volunteer.get(address)
