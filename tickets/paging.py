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


def page(queryset, number, *, per_page=PER_PAGE):
    """The page of that number, or the nearest there is; nonsense gives the first."""
    return CappedPaginator(queryset, per_page).get_page(number)
