"""The slip: what stands on it, who may print it, and what is written down."""

import re
from datetime import date, time, timedelta

import pytest
import segno
from django.utils import timezone

from accounts.models import AuditEntry
from stations.models import OpeningHours
from tests.by_chance import without_chance
from tests.factories import at
from tests.tickets import closures
from tickets import receipts, slips, workflow
from tickets.models import Receipt, Reporter, Ticket

SATURDAY = at("2026-11-21 10:12")
PRIVATE = {"name": "王秀兰", "phone": "13800138421", "room": "1单元502"}
PATH = re.compile(r'<path d="(M[^"]+)"/></svg>\s*<p>没有手机')


@pytest.fixture
def ticket(house):
    return house.receive("厨房燃气灶打不着火", **PRIVATE)


@pytest.fixture
def receipt(house):
    house.receive("厨房燃气灶打不着火", now=SATURDAY, **PRIVATE)
    return Receipt.objects.get()


def address(ticket):
    return f"/tickets/{ticket.number}/slip/"


def made(receipt, now=SATURDAY):
    clock = receipt.reporter.ticket.clocks.get(kind="reply")
    return slips.slip(Receipt.objects.valid().get(pk=receipt.pk), clock, now=now)


def hours(house, weekdays, opens=9, closes=20):
    for day in weekdays:
        span = {"opens_at": time(opens), "closes_at": time(closes)}
        OpeningHours.objects.create(station=house.station, weekday=day, **span)


def test_slip_says_when_and_why(receipt, house):
    slip = made(receipt)

    assert slip.received == "2026年11月21日（周六）10:12"
    assert (slip.due_day, slip.due_time) == ("11月23日（周一）", "18:00")
    assert slip.why == "周末收到，从11月23日（周一）上班算起。"
    assert slip.matter == "24栋厨房燃气灶打不着火"
    assert slip.phone == house.station.phone


def test_slip_does_not_explain_a_moment_by_another_calendar(receipt, house):
    closures.close(house, date(2026, 11, 23), now=SATURDAY)
    receipt.reporter.ticket.refresh_from_db()

    assert made(receipt).why == ""


def test_slip_names_the_page_where_its_code_is_typed(receipt, settings):
    settings.PUBLIC_URL = "https://desk.example.cn"

    assert made(receipt).site == "desk.example.cn/t/"


def test_slip_printed_again_next_day_says_the_same(receipt):
    assert made(receipt, now=SATURDAY + timedelta(days=1)) == made(receipt)


@pytest.mark.parametrize(("open_days", "said"), [
    ([(range(7), 9, 20)], "每天 09:00–20:00"),
    ([(range(5), 9, 18), ([5], 10, 16)], "周一至周五 09:00–18:00，周六 10:00–16:00"),
    ([([0, 2], 9, 12)], "周一 09:00–12:00，周三 09:00–12:00"),
    ([], ""),
])  # fmt: skip
def test_opening_hours_are_said_shortly(house, open_days, said):
    for weekdays, opens, closes in open_days:
        hours(house, weekdays, opens, closes)

    assert slips.opening_hours(house.station) == said


def test_qr_code_draws_exactly_the_dark_modules():
    text = "https://example.org/t/abc/"
    code = slips.qr_code(text)

    drawn = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path):
        drawn |= {(int(x) + i, int(y)) for i in range(int(width))}
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix_iter(border=2)
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}


def test_logger_gets_the_confirmation_with_code_and_qr_code(client_of, house, ticket):
    receipt = Receipt.objects.get()

    page = client_of(house.volunteer).get(address(ticket), {"print": "1"}).content.decode()

    assert "已接单，请把回执交给居民" in page
    assert page.count(ticket.number) >= 2
    assert page.count(receipts.printed(receipts.code(receipt))) == 2
    assert PATH.search(page)[1] == slips.qr_code(receipts.link(receipt)).path
    assert receipts.token(receipt) not in page


def test_confirmation_says_where_a_rule_has_sent_it(client_of, house, ticket):
    client = client_of(house.volunteer)
    waits = client.get(address(ticket)).content.decode()
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)

    page = client.get(address(ticket)).content.decode()

    assert "等派单员" in waits
    assert f"已派给{house.unit.name}" in page and "等派单员" not in page


def test_slip_carries_no_name_phone_or_room(client_of, house):
    ticket = house.receive("王秀兰家1单元502漏水，电话13800138421", **PRIVATE)

    page = client_of(house.volunteer).get(address(ticket)).content.decode()

    assert [text for text in (*PRIVATE.values(), "8421") if text in without_chance(page)] == []
    assert "24栋＊＊家＊＊漏水" in page


@pytest.mark.parametrize("who", ["dispatcher", "secretary", "unit_lead", "outsider", "admin"])
def test_slip_is_nobody_elses(client_of, house, ticket, who):
    response = client_of(getattr(house, who)).get(address(ticket))

    sees = Ticket.objects.visible_to(getattr(house, who)).exists()
    assert response.status_code == (403 if sees else 404)
    assert receipts.printed(receipts.code(Receipt.objects.get())) not in response.content.decode()
    if sees:
        assert "站长补打" in response.content.decode()


def test_slip_of_somebody_elses_station_reads_like_a_missing_one(client_of, house, ticket):
    client = client_of(house.outsider)

    theirs, missing = client.get(address(ticket)), client.get("/tickets/ZZ99-20200101-001/slip/")

    assert (theirs.status_code, theirs.content) == (404, missing.content)


def test_logger_prints_until_midnight_only(client_of, house, time_machine):
    time_machine.move_to(SATURDAY, tick=False)
    ticket, client = house.receive(), client_of(house.volunteer)
    time_machine.move_to(at("2026-11-21 23:59"), tick=False)
    client.force_login(house.volunteer)
    assert client.get(address(ticket)).status_code == 200

    time_machine.move_to(at("2026-11-22 00:00"), tick=False)

    assert client.get(address(ticket)).status_code == 403


def test_first_print_needs_no_record_and_every_later_one_has_one(client_of, house, ticket):
    client = client_of(house.volunteer)
    client.get(address(ticket))
    client.get(address(ticket))
    assert not AuditEntry.objects.filter(action="slip_printed").exists()

    Reporter.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    client.get(address(ticket))

    entry = AuditEntry.objects.get(action="slip_printed")
    assert (entry.actor, entry.subject, entry.area) == (house.volunteer, ticket.number, house.area)
    assert entry.post == house.volunteer.posts.get()


def test_station_leads_reprint_shows_the_same_keys_and_is_recorded(client_of, house, ticket):
    page = client_of(house.lead).get(address(ticket)).content.decode()

    assert receipts.printed(receipts.code(Receipt.objects.get())) in page
    assert "补打回执" in page
    assert AuditEntry.objects.get(action="slip_printed").actor == house.lead


def test_reprint_after_a_merge_says_what_was_answered_or_why_another_moment(client_of, house, ticket):
    master, client = house.receive("同一件事，先登记的"), client_of(house.lead)
    workflow.merge(ticket, by=house.dispatcher, master=master)
    waits = client.get(address(ticket)).content.decode()

    words = {"solvable": "no", "words": "没有配件", "told": "slip"}
    workflow.reply(master, by=house.dispatcher, **words)
    answered = client.get(address(ticket)).content.decode()

    assert "有人先反映过，和那件事一起办" in waits and "什么时候答复" in waits
    assert "没有配件" in answered and "什么时候答复" not in answered


def test_headers_only_print_nothing(client_of, house, ticket):
    client_of(house.lead).head(address(ticket))

    assert not AuditEntry.objects.filter(action="slip_printed").exists()


def test_lost_slip_is_replaced_and_the_old_one_opens_nothing(client_of, client, house, ticket):
    old = Receipt.objects.get()
    lead = client_of(house.lead)

    response = lead.post(address(ticket))

    new = Receipt.objects.valid().get()
    assert response.url == f"{address(ticket)}?print=1"
    assert receipts.printed(receipts.code(new)) in lead.get(response.url).content.decode()
    assert client.post("/t/", {"code": receipts.code(old)}).status_code == 404
    assert AuditEntry.objects.get(action="slip_reissued").subject == ticket.number


def test_a_replaced_slip_is_not_called_the_same_as_the_first(client_of, house, ticket):
    lead = client_of(house.lead)
    reprinted = lead.get(address(ticket)).content.decode()

    replaced = lead.get(lead.post(address(ticket)).url).content.decode()

    assert "和第一次的一样" in reprinted and "已经作废" not in reprinted
    for page in (replaced, lead.get(address(ticket)).content.decode()):  # and when that one is printed again
        assert "换发的回执，请交给居民" in page and "已经作废" in page and "和第一次的一样" not in page


def test_replacing_is_refused_to_whoever_may_not_print(client_of, house, ticket):
    assert client_of(house.dispatcher).post(address(ticket)).status_code == 403
    assert Receipt.objects.get().revoked_at is None


@pytest.mark.parametrize(("asked", "paper"), [("a5", "a5"), ("80", "80"), ("a4", "80"), ("<b>", "80")])
def test_paper_is_one_of_two(client_of, house, ticket, asked, paper):
    page = client_of(house.volunteer).get(address(ticket), {"paper": asked}).content.decode()

    assert f'class="slip-{paper} ' in page


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client_of, house, ticket, method):
    assert getattr(client_of(house.volunteer), method)(address(ticket)).status_code == 405


def test_slip_asks_few_questions(client_of, house, ticket, django_assert_max_num_queries):
    client = client_of(house.volunteer)

    with django_assert_max_num_queries(12):
        client.get(address(ticket))
