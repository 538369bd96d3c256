"""What the units, stations, categories, places and people of a report are called: one statement for all of them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, F, SmallIntegerField, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from stations.models import Area, Building, Station, Unit
from tickets.models import Category

Names = dict[str, dict[Any, tuple[str, int]]]
TABLES = {
    "unit": Unit,
    "station": Station,
    "category": Category,
    "building": Building,
    "area": Area,
    "approver": User,
}
KEYS = ("unit", "station", "category", "place", "approver")
ORDERED = (Category, Building)
WITH_AREA = (Unit, Station)


def of(ids: dict[str, Iterable[Any]], *, with_area: bool) -> Names:
    """{table: {id: (name, place in order)}}; units and stations with their community where several are shown."""
    found: Names = {table: {} for table in ids}
    parts = [_named(table, [i for i in its if i is not None], with_area) for table, its in ids.items()]
    first, *others = parts
    for table, pk, name, ordinal in first.union(*others, all=True):
        found[table][pk] = (name, ordinal)
    return found


def _named(table: str, ids: list[Any], with_area: bool) -> Any:
    model: Any = TABLES[table]
    name: Any = F("name")
    if with_area and model in WITH_AREA:
        name = Concat("area__name", Value("·"), "name")
    ordinal = F("ordinal") if model in ORDERED else Value(0)
    columns = {
        "table": Value(table, CharField()),
        "called": Cast(name, CharField()),
        "nth": Cast(ordinal, SmallIntegerField()),
    }
    return (
        model.objects.filter(pk__in=ids)
        .order_by()
        .annotate(**columns)
        .values_list("table", "pk", "called", "nth")
    )
