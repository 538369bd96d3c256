"""A mistyped year is asked about wherever a roster takes a date; nothing overflows, nothing is kept."""

import pytest
from django.urls import reverse

from stations.fields import NearDateField
from tests.volunteers.rosters import profile_of
from volunteers.models import Absence, Closure, RosterPattern

ENDS_OF_TIME = ("0001-01-01", "9999-12-31")
SENTENCE = "日期太远了"
PAGES = {
    "absence": (lambda house: reverse("volunteers:my_part", args=["absence"]), ("from_on", "until_on"), {}),
    "closure": (
        lambda house: reverse("volunteers:closures", args=[house.station.code]),
        ("from_on", "until_on"),
        {"reason": "装修"},
    ),
    "pattern": (
        lambda house: reverse("volunteers:add_pattern", args=[house.station.code]),
        ("starts_on", "ends_on"),
        {"name": "冬季", "cycle_weeks": "4"},
    ),
}


@pytest.mark.parametrize("day", ENDS_OF_TIME)
@pytest.mark.parametrize("page", sorted(PAGES))
def test_date_at_the_end_of_time_is_asked_about(page, day, house, client_of):
    address, (first, last), others = PAGES[page]
    profile_of(house.lead)

    answer = client_of(house.lead).post(address(house), {first: day, last: day, **others})

    assert (answer.status_code, SENTENCE in answer.content.decode()) == (422, True)
    assert not (Absence.objects.exists() or Closure.objects.exists() or RosterPattern.objects.exists())


def test_proposal_for_the_end_of_time_is_asked_about(house, client_of):
    address = reverse("volunteers:propose", args=[house.station.code])
    asked = {"span": "dates", "first": "9999-12-01", "last": "9999-12-31"}

    answer = client_of(house.lead).get(address, asked)

    assert (answer.status_code, SENTENCE in answer.content.decode()) == (422, True)


def test_date_of_next_year_is_near_enough():
    assert NearDateField().clean("2027-06-01").year == 2027
