"""Long lists are counted no further than the ceiling, and say so."""

import pytest

from stations.paging import CEILING, keys_of, page, page_of_keys
from tickets.models import Category

pytestmark = pytest.mark.django_db


def categories(number):
    Category.objects.bulk_create(Category(name=f"类{n}") for n in range(number))
    return Category.objects.all()


def test_count_stops_at_the_ceiling():
    first = page(categories(CEILING + 5), 1)

    assert (first.paginator.count, first.paginator.is_capped) == (CEILING, True)
    assert len(first) == first.paginator.per_page


def test_count_up_to_the_ceiling_is_exact():
    found = categories(CEILING - 5)

    first = page(found, 1)

    assert (first.paginator.count, first.paginator.is_capped) == (found.count(), False)


def test_keys_are_counted_and_read_in_one_statement(django_assert_num_queries):
    found = categories(CEILING + 5).order_by("pk")

    with django_assert_num_queries(1):
        last = page_of_keys(keys_of(found), 10**6)
        shown = (list(last), last.paginator.count, last.paginator.is_capped)

    keys = list(found.values_list("pk", flat=True))
    assert shown == (keys[CEILING - last.paginator.per_page : CEILING], CEILING, True)


def test_keys_up_to_the_ceiling_are_exact():
    found = categories(CEILING)

    first = page_of_keys(keys_of(found), "x")

    assert (first.paginator.count, first.paginator.is_capped, first.number) == (CEILING, False, 1)
