"""Pages of long lists whose exact length nobody needs: counting stops at a ceiling."""

from functools import cached_property

from django.core.paginator import Paginator

PER_PAGE = 50
CEILING = 1_000


class CappedPaginator(Paginator):
    """Counts no further than CEILING, so that a list of a district opens as fast as that of a station."""

    @cached_property
    def count(self):
        return min(self._counted, CEILING)

    @cached_property
    def _counted(self):
        return self.object_list.order_by().values("pk")[: CEILING + 1].count()

    @property
    def is_capped(self):
        return self._counted > CEILING


class KeyPaginator(Paginator):
    """Of keys that one statement has read, up to CEILING and one more: that tells the count as well."""

    def __init__(self, keys, per_page):
        keys = list(keys)
        self.is_capped = len(keys) > CEILING
        super().__init__(keys[:CEILING], per_page)


def page(queryset, number, *, per_page=PER_PAGE):
    """The page of that number, or the nearest there is; nonsense gives the first."""
    return CappedPaginator(queryset, per_page).get_page(number)


def page_of_keys(keys, number, *, per_page=PER_PAGE):
    """The same for lists that read what they show by primary keys, which `keys_of` gives."""
    return KeyPaginator(keys, per_page).get_page(number)


def keys_of(queryset):
    """The query for as many primary keys as a list needs."""
    return queryset.values_list("pk", flat=True)[: CEILING + 1]
