"""Rows written in one message are the rows that were meant, all of them or none."""

import pytest
from django.db import IntegrityError, connection, transaction

from stations import together
from stations.models import Area, Building
from tests.factories import AreaFactory, BuildingFactory

pytestmark = pytest.mark.django_db


def building(area, name, ordinal=1):
    return Building(area=area, name=name, ordinal=ordinal)


def test_rows_of_two_tables_are_one_message(django_assert_num_queries):
    area = AreaFactory.build(parent=AreaFactory(kind="street"))
    with django_assert_num_queries(1):
        together.reserve(area)
    rows = [area, building(area, "1栋"), building(area, "2栋", 2)]

    with django_assert_num_queries(1):
        together.write(rows)

    assert Area.objects.get(pk=area.pk).name == area.name
    assert list(area.buildings.values_list("name", flat=True)) == ["1栋", "2栋"]


def test_written_row_can_be_saved_again():
    house = building(AreaFactory(), "1栋")
    together.reserve(house)
    together.write([house])

    house.name = "甲栋"
    house.save()

    assert Building.objects.get().name == "甲栋"


def test_reserved_keys_are_never_given_twice():
    area = AreaFactory()
    mine = building(area, "1栋")
    together.reserve(mine)

    other = BuildingFactory(area=area, name="2栋")
    together.write([mine])

    assert other.pk != mine.pk
    assert Building.objects.count() == 2


def test_one_row_that_may_not_be_takes_the_others_with_it():
    area = AreaFactory()
    BuildingFactory(area=area, name="1栋")

    with pytest.raises(IntegrityError), transaction.atomic():
        together.write([building(area, "2栋"), building(area, "1栋")])

    assert area.buildings.count() == 1


@pytest.mark.django_db(transaction=True)
def test_new_connection_plans_again():
    area = AreaFactory()
    together.write([building(area, "1栋")])

    connection.close()
    together.write([building(area, "2栋", 2)])

    assert area.buildings.count() == 2
