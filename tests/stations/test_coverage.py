"""From 1 November somebody has to be told that the next year is not known; gone once it is loaded.

The years are those of the turn of 2026: an upgrade of chinesecalendar asks to move them on.
"""

import pytest

from stations import coverage
from tests.factories import at
from tests.stations.invented import NOTICE, days_of
from tickets.calendaring import apply_notice


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        ("2025-11-01 00:00", None),
        ("2026-10-31 23:59", None),
        ("2026-11-01 00:00", 2027),
        ("2026-12-31 23:59", 2027),
        ("2027-01-01 00:00", 2027),
        ("2027-11-01 00:00", 2027),
        ("2028-03-01 09:00", 2028),
    ],
)
def test_missing_year_is_asked_for_from_november(db, moment, year):
    assert coverage.missing_year(at(moment)) == year


@pytest.mark.parametrize(
    ("moment", "late"),
    [("2026-11-01 00:00", False), ("2026-12-14 23:59", False), ("2026-12-15 00:00", True), ("2027-02-01 09:00", True)],
)  # fmt: skip
def test_notice_is_late_from_the_middle_of_december(moment, late):
    assert coverage.is_late(at(moment)) is late


def test_loaded_year_is_missing_no_more(house):
    now = at("2026-12-31 10:00")
    before = coverage.warning(now, area=house.area)

    apply_notice(days_of(NOTICE), by=house.dispatcher, now=now)

    house.area.refresh_from_db()
    assert before == "还没有 2027 年的节假日安排，时限暂按常规推算"
    assert [coverage.warning(now, area=area) for area in (house.area, None)] == ["", ""]
    assert coverage.missing_year(at("2027-11-01 09:00"), area=house.area) == 2028
