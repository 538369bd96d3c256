"""Long lists are counted no further than the ceiling, and say so."""

import pytest

from tickets.models import Category
from tickets.paging import CEILING, page

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
