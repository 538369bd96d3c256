"""A composed query finds what the plain one finds, for other values and in other threads."""

from threading import Thread

import pytest
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import close_old_connections, connection, connections
from django.db.models import BooleanField, F, Func, TextField, Value

from stations.composed import Composed
from stations.models import Building, Station
from tests.factories import BuildingFactory, StationFactory

pytestmark = pytest.mark.django_db


def in_area(area):
    return Building.objects.filter(area=area, name__startswith="1").select_related("area")


def named_one_of(names):
    given = Value(names, output_field=ArrayField(TextField()))
    return Building.objects.filter(IsOneOf(F("name"), given))


class IsOneOf(Func):
    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = BooleanField()


def test_each_call_finds_its_own_rows(django_assert_num_queries):
    one, other = BuildingFactory(name="1栋"), BuildingFactory(name="12栋")
    BuildingFactory(name="2栋", area=one.area)
    find = Composed(in_area)

    with django_assert_num_queries(2):
        found = [[building.area for building in find(area)] for area in (one.area_id, other.area_id)]

    assert found == [[one.area], [other.area]]
    assert find(0) == []


def test_values_come_in_their_order():
    station = StationFactory(code="HY07")
    find = Composed(lambda area, pk: Station.objects.filter(pk=pk, area=area).values_list("code", flat=True))

    assert find(station.area_id, station.pk) == ["HY07"]
    assert find(station.pk + 1000, station.pk) == []


@pytest.mark.parametrize("name", ['1栋"甲"', "2栋\\", "{3栋,4栋}", "5栋,6栋", "NULL", " ", "'"])
def test_list_of_texts_is_one_value_whatever_they_hold(name):
    building = BuildingFactory(name=name)
    BuildingFactory(name="另一栋")
    find = Composed(named_one_of, ["example"])

    assert find([name, "没有的"]) == [building]
    assert find([]) == []


def test_value_that_stands_nowhere_is_a_mistake():
    with pytest.raises(AssertionError):
        Composed(lambda area, pk: Station.objects.filter(pk=pk))(1, 2)


def test_pages_have_a_query_planned_once():
    find = Composed(in_area)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {settings.PLANNED_ONCE.removeprefix('-c ')}")

        for _ in range(3):
            find(BuildingFactory().area_id)

        counted = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = %s"
        cursor.execute(counted, [find._name])
        assert cursor.fetchone() == (3, 0)


@pytest.mark.django_db(transaction=True)
def test_every_thread_uses_its_own_connection():
    building = BuildingFactory(name="1栋")
    find, found = Composed(in_area), []
    find(building.area_id)

    def look():
        found.extend(find(building.area_id))
        connection.close()

    thread = Thread(target=look)
    thread.start()
    thread.join()

    assert found == [building]


@pytest.mark.django_db(transaction=True)
def test_new_connection_learns_the_query_again():
    building = BuildingFactory(name="1栋")
    find = Composed(in_area)
    find(building.area_id)

    connection.close()

    assert find(building.area_id) == [building]


@pytest.mark.django_db(transaction=True)
def test_connection_that_died_meanwhile_is_made_anew():
    building = BuildingFactory(name="1栋")
    find = Composed(in_area)
    find(building.area_id)
    with connections.create_connection("default").cursor() as other:
        other.execute("SELECT pg_terminate_backend(%s, 60000)", [connection.connection.info.backend_pid])
    close_old_connections()  # what every request begins with

    assert find(building.area_id) == [building]
