"""A worded query finds what the plain one finds, with a plan for the values asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stations.models import Building, Station
from stations.worded import Worded
from tests.factories import BuildingFactory, StationFactory

pytestmark = pytest.mark.django_db


def test_each_call_finds_its_own_rows(django_assert_num_queries):
    one, other = BuildingFactory(name="1栋"), BuildingFactory(name="12栋")
    BuildingFactory(name="2栋", area=one.area)
    find = Worded(
        lambda area: Building.objects.filter(area=area, name__startswith="1").select_related("area")
    )

    with django_assert_num_queries(2):
        found = [[building.area for building in find(area)] for area in (one.area_id, other.area_id)]

    assert found == [[one.area], [other.area]]
    assert find(0) == []


def test_value_may_stand_twice_and_values_out_of_order():
    station = StationFactory(code="HY07")
    twice = Station.objects.filter(code="HY07").values_list("code", flat=True)
    find = Worded(lambda area, pk: twice.filter(pk=pk, area=area).exclude(pk__lt=pk))

    assert find(station.area_id, station.pk) == ["HY07"]
    assert find(station.pk + 1000, station.pk) == []


def test_statement_holds_the_values():
    find = Worded(lambda area: Building.objects.filter(area=area))

    with CaptureQueriesContext(connection) as asked:
        find(4711)

    assert "4711" in asked[0]["sql"] and "EXECUTE" not in asked[0]["sql"]
