"""What the report's address asks for: bad addresses, dates of one's own, a period chosen over them."""

import re

import pytest
from django.urls import reverse

from tests.tickets.reports_world import solved

pytestmark = pytest.mark.slow

PAGE, LIST = reverse("reports:satisfaction"), reverse("reports:tickets")


def text(response):
    return response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"period": "never"},
        {"period": "2026-13"},
        {"period": "'; drop table"},
        {"from": "2026-02-30", "to": "2026-03-01"},
        {"from": "2026-11-20", "to": "2026-11-01"},
        {"from": "0001-01-01", "to": "0001-01-02"},
        {"from": "2026-01-01", "to": "9999-12-31"},
        {"from": "2026-01-01"},
        {"period": "dates"},
        {"area": "abc"},
        {"area": "²"},
        {"period": "last_month", "from": "2026-11-01"},
        {"from": "1989-12-31", "to": "1990-01-02"},
    ],
)
@pytest.mark.parametrize("url", [PAGE, LIST])
def test_bad_address_gives_the_default_and_says_so(house, secretary, url, query):
    solved(house)

    page = secretary.get(url, query)
    assert page.status_code == 200
    assert page.context["notes"]


@pytest.mark.parametrize(
    "query",
    [
        {"figure": "passwords"},
        {"unit": "1 or 1=1"},
        {"unit": "99999999999999999999"},
        {"category": "-1"},
        {"figure": "late", "unit__area__name": "x"},
        {"page": "last"},
        {"page": "0"},
        {"format": "pdf"},
    ],
)
def test_bad_drill_down_never_breaks(house, secretary, query):
    solved(house)

    page = secretary.get(LIST, query)
    assert page.status_code == 200
    assert ("page" in query or "format" in query or "unit__area__name" in query) or page.context["notes"]


def test_typed_dates_win_over_the_period_left_in_its_field(house, secretary):
    page = secretary.get(PAGE, {"period": "this_month", "from": "2026-07-01", "to": "2026-09-30"})

    assert not page.context["notes"]
    assert "第三季度服务报告" in text(page) and "与第二季度比" in text(page)


def test_period_wins_over_the_dates_left_in_their_fields(house, secretary):
    shown = secretary.get(PAGE, {"from": "2026-11-01", "to": "2026-11-02"}).context["form"]
    left = {name: shown[name].value() for name in ("from", "to", "dates_shown")}

    page = secretary.get(PAGE, {**left, "period": "last_month"})

    assert not page.context["notes"]
    assert "与9月比" in text(page)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("随便", "2026-11-05", "开始日期看不懂，写成2026-11-01这样"),
        ("2026-11-20", "2026-11-01", "结束日期不能早于开始日期"),
        ("1989-12-31", "1990-01-02", "开始日期最早选1990年1月1日"),
        ("2026-01-01", "9999-12-31", "结束日期最晚选2027年12月31日"),
        ("1991-01-01", "2026-01-01", "一次最多看10年，把开始日期选近一些"),
        ("2026-11-01", "", "填上结束日期"),
    ],
)
def test_dates_that_cannot_be_used_stay_as_they_were_typed(house, secretary, first, last, sentence):
    solved(house)
    typed = {"period": "last_month", "from": first, "to": last}

    page = secretary.get(PAGE, typed)
    listed = secretary.get(LIST, typed)

    form = page.context["form"]
    assert [form[name].value() or "" for name in ("period", "from", "to")] == ["dates", first, last]
    assert text(page).count(sentence) == 2 and 'fold open-wide no-print" open>' in text(page)
    assert "11月服务报告" in text(page) and "先显示本月的" in text(page)
    assert f"{sentence}。" in text(listed)
    assert secretary.get(PAGE, {**typed, "format": "xlsx"})["Content-Type"].startswith("text/html")


def test_what_is_no_date_stands_in_a_field_that_shows_it(secretary):
    page = text(secretary.get(PAGE, {"from": "随便", "to": "2026-11-05"}))

    assert re.search(r'<input type="text" name="from" value="随便"', page)
    assert re.search(r'<input type="date" name="to" value="2026-11-05"', page)


def test_period_wins_over_dates_that_were_refused_before(secretary):
    shown = secretary.get(PAGE, {"from": "随便", "to": "2026-11-02"}).context["form"]
    left = {name: shown[name].value() for name in ("from", "to", "dates_shown")}

    page = secretary.get(PAGE, {**left, "period": "last_month"})

    assert not page.context["notes"] and not page.context["form"].errors
    assert "10月服务报告" in text(page)
