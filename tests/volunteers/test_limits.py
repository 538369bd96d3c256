"""How much anybody may be asked: overlap, rest, a day, a week."""

from datetime import timedelta

import pytest

from tests.factories import at
from volunteers.limits import Span, why_not


def span(text, hours):
    return Span(at(text), at(text) + timedelta(hours=hours))


HELD = span("2026-11-25 16:30", 3.5)


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (span("2026-11-25 12:30", 4), ""),
        (span("2026-11-25 19:00", 2), "已经有别的班"),
        (span("2026-11-26 06:00", 2), "隔11小时"),
        (span("2026-11-26 07:00", 2), ""),
        (span("2026-11-25 11:00", 5), "一天最多值8小时"),
        (span("2026-11-27 09:00", 7), "一周最多值10小时"),
        (span("2026-11-30 09:00", 7), ""),
    ],
)
def test_limits_of_a_person_with_one_shift(new, sentence):
    said = why_not(new, [HELD], week_minutes=600)

    assert (sentence in said) if sentence else said == ""


def test_week_begins_on_monday_across_the_year():
    held = [span("2026-12-31 09:00", 8), span("2027-01-02 09:00", 8)]

    assert "一周" in why_not(span("2027-01-03 12:00", 5), held, week_minutes=1200)
    assert why_not(span("2027-01-04 12:00", 5), held, week_minutes=1200) == ""
