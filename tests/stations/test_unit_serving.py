"""Which unit serves a building: its own, else the property centre, else the only one of the kind."""

import pytest

from stations.models import Unit
from tests.factories import AreaFactory, BuildingFactory, UnitFactory

PROPERTY, CENTRE, HOUSING = Unit.Kind.PROPERTY, Unit.Kind.PROPERTY_CENTRE, Unit.Kind.HOUSING


@pytest.fixture
def area(db):
    return AreaFactory()


def serving(kind, area, building=None):
    return Unit.objects.serving(kind, area=area, building=building)


def test_the_buildings_own_unit_comes_first(area):
    UnitFactory(area=area, kind=PROPERTY)
    own = UnitFactory(area=area, kind=PROPERTY)
    building = BuildingFactory(area=area)
    building.units.add(own)

    assert serving(PROPERTY, area, building) == own


def test_a_building_without_property_company_falls_to_the_centre(area):
    UnitFactory(area=area, kind=PROPERTY)
    centre = UnitFactory(area=area, kind=CENTRE)

    assert serving(PROPERTY, area, BuildingFactory(area=area)) == centre


def test_the_only_unit_of_a_kind_serves_everywhere_two_leave_it_open(area):
    housing = UnitFactory(area=area, kind=HOUSING)

    assert serving(HOUSING, area) == serving(HOUSING, area, BuildingFactory(area=area)) == housing
    UnitFactory(area=area, kind=HOUSING)
    assert serving(HOUSING, area) is None


def test_inactive_units_and_other_communities_do_not_count(area):
    building = BuildingFactory(area=area)
    building.units.add(UnitFactory(area=area, kind=HOUSING, is_active=False), UnitFactory(kind=HOUSING))

    assert serving(HOUSING, area, building) is None


def test_units_with_their_buildings_come_in_the_order_of_their_keys(area):
    UnitFactory(area=area), UnitFactory(area=area)

    asked = str(Unit.objects.in_areas([area]).with_buildings().query)

    assert 'ORDER BY "stations_unit"."id" ASC' in asked
