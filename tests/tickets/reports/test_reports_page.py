"""The report's pages: who reads them, what bad addresses do, the workbook, the chart, the definitions."""

import re
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from tests.factories import BuildingFactory, UnitFactory, at, person
from tests.tickets.reports_world import solved
from tickets import workflow
from tickets.bars import rows_svg
from tickets.charts import Picture, trend_svg
from tickets.forms.report import ONLY_LEFT_OUT
from tickets.reports.definitions import as_markdown

pytestmark = pytest.mark.slow

PAGE = reverse("reports:satisfaction")
CHART, LIST = reverse("reports:chart"), reverse("reports:tickets")
PAGES = [PAGE, CHART, LIST, reverse("reports:definitions")]
MOST_STATEMENTS = 12


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("role", ["volunteer", "lead", "staff", "unit_lead", "admin"])
def test_report_is_refused_to_other_roles(house, client_of, role, url):
    assert client_of(getattr(house, role)).get(url).status_code == 403


@pytest.mark.parametrize("url", PAGES)
def test_report_is_only_read(secretary, url):
    assert secretary.post(url).status_code == 405


@pytest.mark.parametrize("url", PAGES)
def test_report_asks_for_sign_in(client, db, url):
    assert client.get(url).status_code == 302


def test_five_solved_of_five_are_a_rate_and_four_are_not(house, secretary):
    solved(house, 4)
    assert "样本少于5，不计率" in text(secretary.get(PAGE))

    solved(house)
    boxes = secretary.get(PAGE).context["figures"]
    assert [box.cell.text for box in boxes] == ["100.0", "100.0", ""]


def test_dispatcher_reads_own_community(house, client_of):
    solved(house)

    page = client_of(house.dispatcher).get(PAGE)
    assert page.context["received"].value == 1


@pytest.mark.parametrize(("period", "is_said"), [("this_month", True), ("last_month", False)])
def test_period_that_is_not_over_says_so(house, secretary, period, is_said):
    """Its open tickets make the rates look worse than those of a whole one."""
    solved(house)
    solved(house, day="2026-10-19")

    page = text(secretary.get(PAGE, {"period": period}))
    book = load_workbook(BytesIO(secretary.get(PAGE, {"period": period, "format": "xlsx"}).content))

    notes = [row[1] for row in book["总览"].iter_rows(max_row=5, values_only=True)]
    assert ("这一期还没过完" in page, any("这一期还没过完" in str(note) for note in notes)) == (
        is_said,
        is_said,
    )


@pytest.mark.parametrize("url", [PAGE, LIST])
def test_area_of_others_reads_like_a_missing_one(house, client_of, url):
    stranger = client_of(person("secretary", area=house.outsider.active_posts[0].station.area))

    foreign = stranger.get(url, {"area": house.area.pk})
    missing = stranger.get(url, {"area": 99999999})
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content


def test_street_secretary_picks_the_community_below(house, client_of):
    solved(house)
    above = client_of(person("secretary", area=house.area.parent))

    street, community = above.get(PAGE), above.get(PAGE, {"area": house.area.pk})
    assert street.context["units"].lines[0].label == "派单台"
    assert [page.context["received"].value for page in (street, community)] == [1, 1]
    assert community.context["title"] == f"{house.area.name}11月服务报告"


def test_other_community_sees_none_of_the_tickets(house, client_of):
    solved(house)
    stranger = client_of(person("secretary", area=house.outsider.active_posts[0].station.area))

    assert "这段时间没有收到工单" in text(stranger.get(PAGE))
    assert "这段时间还没到" in text(stranger.get(PAGE, {"from": "2027-01-01", "to": "2027-01-02"}))
    listed = stranger.get(reverse("reports:tickets"), {"figure": "received", "unit": house.unit.pk})
    assert listed.context["page_obj"].paginator.count == 0


def test_two_periods_alike_are_even_and_a_median_of_nothing_is_no_hours(house, secretary):
    assert compared(secretary)["答复中位"].now.is_nothing

    solved(house, 5)
    solved(house, 5, day="2026-10-19")
    rows = compared(secretary)
    assert [rows[title].change for title in ("收到", "办结率", "办结中位", "满意率")] == ["持平"] * 3 + [""]


def test_rate_or_median_of_nothing_says_so_and_one_of_few_says_that(house, secretary):
    house.receive(now=at("2026-11-20 17:00"))
    solved(house)

    page = secretary.get(PAGE)
    rows = {row.title: row.now for row in page.context["compared"]["rows"]}
    said = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text(page)))
    assert [rows[name].is_nothing for name in ("满意率", "办结率", "重办")] == [True, False, False]
    assert [rows[name].is_few for name in ("满意率", "办结率", "重办")] == [False, True, False]
    assert "满意率，怎么算的还没有人评价0/0人" in said and "办结率，怎么算的样本少于5，不计率1/2单" in said
    assert "满意率–没有0/0–没有0/0" in said and "重办00持平" in said and "–没有0单" not in said


def compared(client):
    return {row.title: row for row in client.get(PAGE).context["compared"]["rows"]}


def test_page_asks_few_statements_however_many_tickets(house, secretary):
    asked = []
    for more in (1, 2):
        solved(house, more)
        house.receive(now=at("2026-10-19 10:00"))
        with CaptureQueriesContext(connection) as statements:
            secretary.get(PAGE)
        asked.append(len(statements))

    assert asked[0] == asked[1] <= MOST_STATEMENTS


@pytest.mark.parametrize("figure", ["received", "late", "asked"])
def test_drill_down_asks_few_statements_however_many_tickets(house, secretary, figure):
    asked = []
    for more in (1, 2):
        solved(house, more)
        house.receive(now=at("2026-11-16 10:00"))
        with CaptureQueriesContext(connection) as statements:
            secretary.get(reverse("reports:tickets"), {"figure": figure, "unit": "none"})
        asked.append(len(statements))

    assert asked[0] == asked[1] <= MOST_STATEMENTS


def test_late_and_overdue_tickets_say_so(house, secretary):
    ticket = house.receive(now=at("2026-11-16 10:00"))

    listed = text(secretary.get(reverse("reports:tickets"), {"figure": "late"}))
    assert ticket.number in listed and "超时" in listed and "计入派单台" in listed
    assert "超时" in text(secretary.get(PAGE))


def test_workbook_has_the_figures_and_no_formula(house, secretary):
    house.unit.name = "=1+1"
    house.unit.save()
    ticket = house.receive(now=at("2026-11-19 10:00"))
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit, now=at("2026-11-19 10:05"))

    response = secretary.get(PAGE, {"format": "xlsx"})
    book = load_workbook(BytesIO(response.content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    units = [[cell.value for cell in row] for row in book["按单位"].iter_rows()]
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert "attachment" in response["Content-Disposition"]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert units[0][:2] == ["单位", "收到"]
    assert units[1][:2] == ["=1+1", 1]
    assert book["按单位"]["A1"].font.b and not book["按单位"]["A2"].font.b
    assert book["按单位"].print_title_rows == "$1:$1" and book["按单位"].page_setup.orientation == "landscape"
    head, rates = book["总览"][7], book["总览"][8]
    assert [cell.value for cell in head][1:4] == ["本期", "其中", "共"]
    assert [cell.value for cell in rates][:7] == ["按时答复率", "样本少于5", 0, 1, "–", 0, 0]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_workbook_keeps_dangerous_names_as_text(house, secretary, start):
    house.category.name = f"{start}HYPERLINK(1)"
    house.category.save()
    house.receive(now=at("2026-11-19 10:00"))

    book = load_workbook(BytesIO(secretary.get(PAGE, {"format": "xlsx"}).content))
    cells = [book["按类别"]["A2"], book["楼栋和类别"]["B1"], book["明细·工单"]["F2"]]
    for cell in cells:
        assert (cell.value, cell.data_type, cell.number_format) == (f"{start}HYPERLINK(1)", "s", "@")


@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_charts_are_pictures_without_script_or_style(house, secretary, form):
    solved(house, 5)

    charts = secretary.get(PAGE).context["charts"]
    for chart in charts.values():
        response = secretary.get(chart[form])
        picture = ElementTree.fromstring(response.content)  # noqa: S314 - our own
        tags = {node.tag.rpartition("}")[2] for node in picture.iter()}
        assert response["Content-Type"] == "image/svg+xml"
        assert tags <= {"svg", "title", "g", "path", "text", "circle", "rect"}
        assert not [node for node in picture.iter() if "style" in node.attrib]
    assert set(charts) == {"trend", "flow", "categories", "units"}


def test_charts_show_the_numbers_of_their_tables_and_escape_names(house, secretary):
    house.category.name = "<script>&水"
    house.category.save()
    for _ in range(3):
        house.receive(now=at("2026-11-19 10:00"))

    drawn = text(secretary.get(secretary.get(PAGE).context["charts"]["categories"]["wide"]))

    assert "&lt;script&gt;&amp;水" in drawn and ">3</text>" in drawn


@pytest.mark.parametrize("of", ["", "x", "WzFd:1vO:abc"])
def test_chart_of_nobodys_making_is_no_chart(secretary, of):
    assert secretary.get(CHART, {"of": of}).status_code == 404


def test_chart_tells_the_rates_apart_without_colour():
    series = [("甲", [80, 90]), ("乙", [85, 87]), ("丙", [None, 99])]
    drawn = trend_svg(Picture("trend", "走势", ["10月", "11月"], series)).decode()

    assert drawn.count("<circle") == 2 and drawn.count("<rect") == 2 and drawn.count("-12z") == 1
    assert 'stroke-dasharray="7 4"' in drawn and "10月" in drawn and "100%" in drawn


def test_bars_tell_their_series_apart_without_colour_and_say_what_is_too_few():
    series = [("甲", [80.5, 90]), ("乙", [85, 87]), ("丙", [None, 99])]
    drawn = rows_svg(Picture("rows", "并排", ["物业", "房管"], series, "%")).decode()
    empty = rows_svg(Picture("rows", "并排", ["物业", "房管"], series, "%", [[2, 0]])).decode()

    assert drawn.count("<rect") == len(series) + 5 and "80.5%" in drawn and "物业" in drawn
    assert [one.count("样本少于5") for one in (drawn, empty)] == [1, 0]
    assert [one.count(">没有<") for one in (drawn, empty)] == [0, 1]
    assert len(set(re.findall(r'<rect [^>]*fill="([^"]+)"', drawn))) == 3


def test_definitions_are_on_the_page_and_fresh_in_the_docs(secretary, house):
    page = text(secretary.get(reverse("reports:definitions")))
    written = Path(__file__).parents[3] / "docs" / "report-definitions.md"

    assert "最后一次评价为“满意”或“基本满意”的人数" in page
    assert written.read_text() == as_markdown(), "manage.py report_definitions > docs/report-definitions.md"


def test_workbook_taken_along_is_written_down(house, secretary):
    solved(house, 2)

    secretary.get(PAGE, {"format": "xlsx"})
    secretary.get(PAGE)

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.area) == ("exported", house.secretary, house.area)
    assert entry.post == house.secretary.posts.get()
    assert "汇总2张工单，共" in entry.detail and "11月" in entry.detail


def test_workbook_says_who_took_it_and_holds_nothing_of_residents(house, secretary):
    house.receive(
        "=1+1 水管漏了", name="金丝雀", phone="13800138000", room="七零八", now=at("2026-11-19 10:00")
    )

    book = load_workbook(BytesIO(secretary.get(PAGE, {"format": "xlsx"}).content))

    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("=1+1 水管漏了" in cell for cell in cells)
    assert not [cell for cell in cells if any(word in cell for word in ("金丝雀", "138001", "七零八"))]
    assert "黎书文" in book["总览"]["B3"].value
    assert all("黎书文" in sheet.oddFooter.left.text for sheet in book)


@pytest.mark.parametrize("figure", ["left_merged", "received", "undecided", "asked", "nonsense"])
def test_list_names_nobody_whose_tickets_the_reader_does_not_see(house, secretary, figure):
    solved(house)
    house.receive(now=at("2026-11-23 10:00"))

    pages = [
        secretary.get(LIST, {"figure": figure, "approver": one}) for one in (house.outsider.pk, 10**8 + 1)
    ]

    assert pages[0].context["title"] == pages[1].context["title"]
    assert house.outsider.name not in text(pages[0])
    assert (ONLY_LEFT_OUT in text(pages[0])) is (figure != "left_merged")


def test_list_names_no_place_or_unit_of_others(house, secretary):
    there = house.outsider.active_posts[0].station
    foreign = {
        "unit": UnitFactory(area=there.area, name="远方物业"),
        "station": there,
        "building": BuildingFactory(area=there.area, name="远方栋"),
    }

    pages = [secretary.get(LIST, {name: one.pk}) for name, one in foreign.items()]

    assert {page.context["title"] for page in pages} == {f"{house.area.name}11月：收到"}
    assert not [one.name for one in foreign.values() if any(one.name in text(page) for page in pages)]


def test_withdrawn_tickets_stand_with_the_reason_and_who_approved(house, secretary):
    ticket = house.receive(now=at("2026-11-19 10:00"))
    workflow.withdraw(ticket, by=house.dispatcher, reason="mistake", now=at("2026-11-19 11:00"))

    page = secretary.get(PAGE)
    [(who, [(title, number)])] = page.context["approved"]
    behind = text(secretary.get(number.url))
    assert who.startswith(house.dispatcher.name) and "派单员" in who
    assert (title, number.value) == ("撤单·登记有误", 1)
    assert ticket.number in behind and f"·{house.dispatcher.name}：撤单·登记有误" in behind


def test_list_of_ratings_says_the_channel_and_who_wrote_it_down(house, secretary):
    solved(house)
    ticket = house.area.tickets.get()
    reporter = ticket.reporters.get()
    given = {"solved": "yes", "satisfied": "mostly", "channel": "phone", "reporter": reporter}
    workflow.review(ticket, by=house.lead, now=at("2026-11-19 12:00"), **given)

    behind = text(secretary.get(LIST, {"figure": "phone_rated"}))

    assert f"基本满意·电话回访（{house.lead.name}代记）" in behind
    assert [cell.n.value for cell in secretary.get(PAGE).context["channels"]] == [0, 1, 0, 0]
