"""What the desk shows of a station besides tickets: today's visits, things that are out, what runs low.

One statement for all of it, since the desk is opened all day long. Names come whole: who may read them, and how
much of them, is decided by the page.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from stations.composed import Composed
from stations.models import Loan, Station, Supply, Visit
from stations.visiting import UNDOABLE

LOANS_SHOWN = 2
LOW_SHOWN = 10


@dataclass(frozen=True)
class OutLoan:
    """A thing that is out, as far as a row shows it."""

    pk: int
    supply: str
    unit_word: str
    quantity: int
    borrower: str
    lent_at: datetime
    due_at: datetime

    @property
    def what(self) -> str:
        return self.supply if self.quantity == 1 else f"{self.supply} {self.quantity}{self.unit_word}"


@dataclass(frozen=True)
class Tap:
    """A visit its person may still take back."""

    pk: int
    kind: str

    @property
    def label(self) -> str:
        return Visit.Kind(self.kind).label


@dataclass(frozen=True)
class Life:
    """`visits` by kind; `out` counts all loans, `loans` are the first to be due; `low` names supplies."""

    visits: dict[str, int]
    tapped: Tap | None = None
    out: int = 0
    overdue: int = 0
    loans: list[OutLoan] = field(default_factory=list)
    low: list[str] = field(default_factory=list)


def life_of(station: Station, *, by: AbstractBaseUser, now: datetime | None = None) -> Life:
    """The station's day so far, as one who stands there sees it."""
    now = now or timezone.now()
    [found] = _life(station.pk, by.pk, timezone.localdate(now), now - UNDOABLE)
    counted = {row["kind"]: row["n"] for row in found["visit_rows"]}
    return Life(
        visits={kind: counted.get(kind, 0) for kind in Visit.Kind.values},
        tapped=Tap(**found["tap_rows"][0]) if found["tap_rows"] else None,
        out=len(found["out_dues"]),
        overdue=sum(due_at < now for due_at in found["out_dues"]),
        loans=[_loan(row) for row in found["loan_rows"]],
        low=found["low_names"],
    )


def _of_station(station: int, by: int, today: date, since: datetime) -> QuerySet[Any, Any]:
    out = Loan.objects.out().filter(station=OuterRef("pk"))
    low = Supply.objects.low().filter(station=OuterRef("pk")).order_by("pk")
    rows = {
        "visit_rows": ArraySubquery(_counts(today)),
        "tap_rows": ArraySubquery(_taps(by, since)),
        "out_dues": ArraySubquery(out.order_by().values("due_at")),
        "loan_rows": ArraySubquery(_rows(out)),
        "low_names": ArraySubquery(low.values("name")[:LOW_SHOWN]),
    }
    return Station.objects.filter(pk=station).annotate(**rows).values(*rows)


_life = Composed(
    _of_station, 8_000_000_001, 8_000_000_002, date(1900, 1, 1), datetime(1900, 1, 1, tzinfo=UTC)
)


def _counts(today: date) -> QuerySet[Any, Any]:
    visits = Visit.objects.filter(station=OuterRef("pk")).between(today, today).counted_by("kind")
    return visits.annotate(row=JSONObject(kind="kind", n=Count("pk"))).values("row")


def _taps(by: int, since: datetime) -> QuerySet[Any, Any]:
    """The last tap of this person since a moment, that can still be taken back."""
    mine = Visit.objects.tapped_by(by, since).kept().without_loan()
    own = mine.filter(station=OuterRef("pk")).order_by("-pk")
    return own.annotate(row=JSONObject(pk="pk", kind="kind")).values("row")[:1]


def _rows(out: QuerySet[Loan]) -> QuerySet[Any, Any]:
    columns = {name: F(name) for name in ("pk", "quantity", "borrower", "lent_at", "due_at")}
    row = JSONObject(**columns, supply=F("supply__name"), unit_word=F("supply__unit_word"))
    return out.order_by("due_at", "pk").annotate(row=row).values("row")[:LOANS_SHOWN]


def _loan(row: dict[str, Any]) -> OutLoan:
    moments = {name: datetime.fromisoformat(row[name]) for name in ("lent_at", "due_at")}
    return OutLoan(**{**row, **moments})
