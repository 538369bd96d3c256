"""The dispatcher's pages: a file is sent, looked at, confirmed; long ones go on with the worker."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from tests.factories import House, PostFactory, at, person
from tests.tickets import ledgers
from tickets import tasks
from tickets.importing import running, working
from tickets.models import LedgerFault, LedgerImport, LedgerPart, Ticket
from tickets.models.old_ledger import HELD

pytestmark = pytest.mark.slow

FORM = reverse("tickets:ledgers")


@pytest.fixture
def window(client, house):
    client.force_login(house.dispatcher)
    return client


def send(window, house, content, **given):
    fields = {"station": house.station.pk, "answered": "end", "file": ledgers.sent(content)}
    return window.post(FORM, {**fields, **given})


def page_of(ledger):
    return reverse("tickets:ledger", args=[ledger.pk])


def test_file_is_looked_at_before_anything_is_written(window, house):
    answer = send(window, house, ledgers.csv(*ledgers.ALL))

    page = window.get(answer.url).content.decode()
    assert "可以导入<b>4行</b>" in page and "<b>1行有问题</b>" in page
    assert "第6行" in page and "收到时间“三月五日”看不懂" in page
    assert "责任单位“市政科”这里没有" in page
    assert not Ticket.objects.exists()


def test_preview_shows_nothing_of_who_brought_it(window, house):
    page = window.get(send(window, house, ledgers.csv(*ledgers.ALL)).url).content.decode()

    assert "王秀兰" not in page and "13800001234" not in page


def test_confirmed_file_is_written_once_and_noted(window, house):
    address = send(window, house, ledgers.csv(*ledgers.ALL)).url

    first, second = window.post(address), window.post(address)

    assert (first.status_code, second.status_code) == (302, 409)
    assert "导入了<b>4单</b>" in window.get(address).content.decode()
    assert Ticket.objects.count() == 4
    entry = AuditEntry.objects.get(action="ledger_imported")
    assert (entry.actor, entry.area, entry.detail) == (
        house.dispatcher,
        house.area,
        f"旧台账.csv，4行，导入到{house.station}",
    )


def test_bad_rows_are_taken_home_as_text(window, house):
    bad = ("=1+1", "三月五日", *ledgers.BAD[2:])
    ledger = ledgers.kept(house, ledgers.csv(bad))

    answer = window.get(reverse("tickets:ledger_faults", args=[ledger.pk]))

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    head, row = ([cell.value for cell in cells] for cells in sheet.iter_rows(max_col=4))
    assert head == ["行号", "为什么没有导入", "工单编号", "受理时间"]
    assert row == ["2", "收到时间“三月五日”看不懂，请写成像2026-03-05 09:05这样", "=1+1", "三月五日"]
    assert sheet["C2"].data_type == "s"


def test_columns_that_nobody_reads_are_named_before_the_button(window, house):
    content = ledgers.csv((*ledgers.DONE, "甲级"), head=(*ledgers.HEAD, "评定等级"))

    page = window.get(page_of(ledgers.kept(house, content))).content.decode()
    plain = window.get(page_of(ledgers.kept(house, ledgers.csv(ledgers.DONE)))).content.decode()

    assert "表里的“评定等级”没有用到，不会导入。" in page
    assert "没有用到，不会导入" not in plain


def test_that_bad_rows_were_taken_home_is_noted(window, house):
    ledger = ledgers.kept(house)

    window.get(reverse("tickets:ledger_faults", args=[ledger.pk]))

    entry = AuditEntry.objects.get(action="exported")
    assert (entry.actor, entry.area) == (house.dispatcher, house.area)
    assert entry.detail == "旧台账里没有导入的1行（旧台账.csv）"


def test_bad_rows_are_for_who_sent_them(client_of, house):
    ledger = ledgers.kept(house)
    colleague = client_of(person("dispatcher", area=house.area))
    download = reverse("tickets:ledger_faults", args=[ledger.pk])

    answer, page = colleague.get(download), colleague.get(page_of(ledger)).content.decode()

    assert answer.status_code == 404 and not AuditEntry.objects.filter(action="exported").exists()
    assert "第6行" in page and download not in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"file": ""}, "选一个CSV或xlsx文件"),
        ({"file": ledgers.sent(b"")}, "文件是空的"),
        ({"file": ledgers.sent(ledgers.csv(head=("甲", "乙")))}, "没有找到表头"),
        ({"station": "10000000"}, "选一个站点"),
        ({"answered": "maybe"}, "选一种"),
    ],
)
def test_bad_form_is_refused_with_a_sentence(window, house, given, sentence):
    answer = send(window, house, ledgers.csv(ledgers.DONE), **given)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not LedgerImport.objects.exists()


def test_up_to_which_day_a_ledger_may_be_is_told_where_it_is_chosen(window, house):
    before = window.get(FORM).content.decode()
    house.receive(now=at("2026-11-20 10:00"))
    one = window.get(FORM).content.decode()
    other = PostFactory(user=house.dispatcher, role="dispatcher", area=House().area).area
    two = window.get(FORM).content.decode()

    told = "只导入2026年11月19日和更早收到的。2026年11月20日起用服务台登记"
    assert "哪天收到的都能导入" in before and told not in before
    assert f'<p class="note">{told}' in one
    assert f"<b>{house.area.name}：</b>{told}" in two and f"<b>{other.name}：</b>还没有用服务台登记过" in two


def test_rows_that_are_there_are_named_with_their_tickets(window, house):
    ledgers.imported(house, ledgers.csv(ledgers.DONE))
    nameless = ledgers.csv(("2026/3/3", "漏水"), head=("受理时间", "内容"))
    numbers = [
        Ticket.objects.get().number,
        ledgers.imported(house, nameless) and Ticket.objects.latest("pk").number,
    ]

    page = window.get(page_of(ledgers.kept(house, ledgers.csv(*ledgers.ALL)))).content.decode()
    again = window.get(page_of(ledgers.kept(house, nameless))).content.decode()

    assert "可以导入<b>3行</b>，<b>1行已有</b>，不再导入" in page
    assert f"已有，不再导入<br>{numbers[0]}" in page and page.count(numbers[0]) == 3
    assert f">{numbers[1]}</a>" in again and "导入这" not in again


def test_only_the_first_known_rows_are_listed(window, house, monkeypatch):
    monkeypatch.setattr(running, "KNOWN_SHOWN", 1)
    ledgers.imported(house)

    page = window.get(page_of(ledgers.kept(house))).content.decode()

    assert "<b>4行已有</b>" in page and "还有3行没有列出来" in page


def test_links_after_an_import_lead_to_its_tickets_and_their_report(window, house):
    house.receive()
    ledgers.imported(house, ledgers.csv(ledgers.DONE))
    page = window.get(
        page_of(ledgers.imported(house, ledgers.csv(ledgers.LATE, ledgers.OPEN)))
    ).content.decode()

    links = [unescape(link) for link in re.findall(r'href="([^"]+)">看', page)]
    listed, report = (window.get(link).content.decode() for link in links)

    assert ["水管漏水" in listed, "电梯有异响" in listed, "楼道灯不亮" in listed] == [True, True, False]
    assert "2 单" in listed and "from=2026-03-03&to=2026-03-04" in links[1]
    assert 'value="2026-03-03"' in report and 'value="2026-03-04"' in report


def test_report_after_an_import_of_many_years_shows_the_last_of_them(window, house):
    ledger = ledgers.imported(house, ledgers.csv(ledgers.DONE))
    LedgerImport.objects.update(first_on="2001-01-01", last_on="2026-03-04")

    page = window.get(page_of(ledger)).content.decode()
    [link] = [unescape(link) for link in re.findall(r'href="(/reports/[^"]+)">看', page)]

    assert 'value="2026-03-04"' in window.get(link).content.decode()


def test_tickets_of_another_communitys_import_are_no_choice(window, house):
    foreign = ledgers.imported(House(), ledgers.csv(ledgers.DONE))
    ledgers.imported(house, ledgers.csv(ledgers.LATE))

    page = window.get(reverse("tickets:list"), {"ledger": foreign.pk}).content.decode()

    assert "选择一个有效的选项" in page and "水管漏水" in page and "楼道灯不亮" not in page


def test_page_says_what_no_rating_means_for_the_coverage(window, house):
    without = ledgers.csv(*[row[:-1] for row in ledgers.ALL], head=ledgers.HEAD[:-1])

    pages = [
        window.get(page_of(ledger)).content.decode()
        for ledger in (
            ledgers.kept(house, without),
            ledgers.kept(house),
            ledgers.kept(house, ledgers.csv(ledgers.DONE)),
            ledgers.imported(house, without),
        )
    ]

    assert "表里没有满意度一列，办完的3单导入后都没有评价。" in pages[0]
    assert "办完的有1单没有写满意度。" in pages[1] and "评价覆盖" not in pages[2]
    assert "导入的有3单办完了、没有评价。这些都算“可以评价、没有评价”" in pages[3]


def test_progress_is_a_line_while_there_is_any(window, house, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_BYTES", 10)
    address = send(window, house, ledgers.csv(*ledgers.ALL)).url

    page, line = window.get(address).content.decode(), window.get(address, {"progress": 1}).content.decode()
    working.go_on()
    after = window.get(address, {"progress": 1})

    assert f'content="5;url={address}"' in page and "js/progress" in page
    assert "<b>读了0行</b>" in line and "<html" not in line
    assert (after.status_code, after.content) == (204, b"")
    assert "http-equiv" not in window.get(address).content.decode()


def test_long_file_is_read_and_written_by_the_worker(window, house, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_BYTES", 10)
    monkeypatch.setattr(running, "AT_ONCE_ROWS", 0)

    address = send(window, house, ledgers.csv(*ledgers.ALL)).url
    waiting = window.get(address).content.decode()
    working.go_on()
    looked_at = window.get(address).content.decode()
    window.post(address)
    going = window.get(address).content.decode()
    working.go_on()

    assert "读了0行" in waiting and "可以导入<b>4行</b>" in looked_at
    assert "导入了0单，共4单（0%）" in going and Ticket.objects.count() == 4
    assert not LedgerPart.objects.exists()


def test_long_file_that_is_no_ledger_says_so_later(window, house, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_BYTES", 10)

    address = send(window, house, ledgers.csv(head=("甲", "乙"))).url
    working.go_on()

    assert "没有找到表头" in window.get(address).content.decode()


def test_what_a_killed_worker_held_is_taken_up_when_its_time_is_over(house, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_BYTES", 10)
    now = timezone.now()
    LedgerImport.objects.filter(pk=ledgers.kept(house).pk).update(held_until=now + HELD)

    assert working.go_on(now=now) == 0
    assert working.go_on(now=now + HELD + timedelta(seconds=1)) == 1


def test_job_starts_nothing_where_nothing_waits(house):
    ledgers.kept(house)

    assert tasks.import_ledgers() is None


def test_small_workbook_of_many_rows_is_left_to_the_worker(house):
    rows = [("2026/3/3", "漏水")] * 20_000
    content = ledgers.xlsx(*rows, head=("受理时间", "内容"))

    assert len(content) < running.AT_ONCE_BYTES
    assert ledgers.kept(house, content).state == "reading"


def test_file_that_somebody_had_meanwhile_is_left_alone(house, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_BYTES", 10)
    _, second = ledgers.kept(house), ledgers.kept(house)
    read = running.read
    monkeypatch.setattr(running, "read", lambda ledger, now: (read(ledger, now=now), read(second, now=now)))

    assert working.go_on() == 1


def test_few_rows_among_many_are_written_by_the_worker(house, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_PASSED", 4)

    assert ledgers.imported(house).state == "writing"


def test_what_a_command_left_half_written_is_closed_when_it_is_silent(house):
    now = timezone.now()
    facts = {"size": 9, "is_kept": False, "state": "writing", "made_at": now, "confirmed_at": now}
    facts |= {"area": house.area, "station": house.station, "by": house.dispatcher}
    silent, going = (LedgerImport.objects.create(held_until=now + wait, **facts) for wait in (-HELD, HELD))

    working.forget(now=now)

    silent.refresh_from_db()
    going.refresh_from_db()
    assert (silent.stands, silent.refusal) == ("没有导完", working.CUT_OFF)
    assert going.state == "writing"


def test_files_nobody_confirmed_and_old_faults_are_forgotten(house):
    ledgers.kept(house)
    written = ledgers.imported(house)
    later = timezone.now() + timedelta(days=31)

    working.forget(now=later)

    assert list(LedgerImport.objects.all()) == [written]
    assert not LedgerFault.objects.exists() and not LedgerPart.objects.exists()


def test_list_shows_the_own_communitys_imports(window, house):
    ledgers.imported(house)

    page = window.get(FORM).content.decode()

    assert "旧台账.csv" in page and "4单" in page


def test_number_of_statements_does_not_grow(window, house, django_assert_max_num_queries):
    for _ in range(3):
        ledgers.kept(house)

    with django_assert_max_num_queries(14):
        window.get(FORM)
