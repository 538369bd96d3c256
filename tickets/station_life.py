"""Who may see what of a station's visits, loans and supplies, and in which words they are shown.

The rows and their verbs belong to `stations`, which knows no posts; whoever may file tickets at a station
(tickets.desks) also taps, lends and takes back there.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Post, User
from stations import saying, today
from stations.lending import UNDOABLE
from stations.models import Area, Loan, Station, Supply, Visit
from stations.today import Life, OutLoan
from tickets import revealing
from tickets.due import Due
from tickets.presenting import Contact

Role = Post.Role
COUNTERS = (Role.STATION_LEAD, Role.DISPATCHER, Role.SECRETARY)


@dataclass(frozen=True)
class TapButton:
    """One of the four: its count of today and the number its next press carries."""

    kind: str
    label: str
    count: int
    key: uuid.UUID

    @property
    def leads_on(self) -> bool:
        """To the form for what is lent."""
        return self.kind == Visit.Kind.BORROW


@dataclass(frozen=True)
class ShownLoan:
    """A row about a thing that is out; the name is masked, since everybody at the desk sees it."""

    pk: int
    what: str
    who: str
    lent: str
    until: str
    due: Due | None
    back: str = ""


def card(station: Station, user: User, *, now: datetime) -> dict[str, Any]:
    """What the desk's two cards say: the four taps, and what is out or runs low."""
    life = today.life_of(station, by=user, now=now)
    return {
        "taps": tap_buttons(life),
        "tapped": life.tapped,
        "loans": [shown(loan, now=now) for loan in life.loans],
        "loans_out": life.out,
        "loans_overdue": life.overdue,
        "supplies_low": life.low,
        "may_count": may_count(user),
    }


def tap_buttons(life: Life) -> list[TapButton]:
    return [TapButton(kind.value, kind.label, life.visits[kind], uuid.uuid4()) for kind in Visit.Kind]


def shown(loan: Loan | OutLoan, *, now: datetime) -> ShownLoan:
    back = getattr(loan, "returned_at", None)
    return ShownLoan(
        loan.pk,
        loan.what,
        saying.masked_name(loan.borrower) or saying.NO_NAME,
        saying.moment(loan.lent_at, now=now),
        saying.before(loan.due_at, now=now),
        None if back else loan_due(loan.due_at, now=now),
        saying.moment(back, now=now) if back else "",
    )


def loan_due(due_at: datetime, *, now: datetime) -> Due | None:
    """The black plate of a thing that should be back, by the clock on the wall."""
    if due_at >= now:
        return None
    return Due("over", f"超时{saying.wall_span(now - due_at)}", saying.before(due_at, now=now), "该还时间")


def sees_borrower(user: User, loan: Loan, *, now: datetime) -> bool:
    """Name and phone in full without asking: whoever lent it, until midnight, as with tickets (DESIGN §6)."""
    return loan.lent_by_id == user.pk and timezone.localdate(loan.lent_at) == timezone.localdate(now)


def may_ask_borrower(user: User, loan: Loan, *, now: datetime) -> Post | None:
    """The post from which somebody may look, written down each time: the station's people, while it is overdue.

    They need the number only to ask for the thing, so not before it is due and not after it came back.
    """
    own = [post for post in user.posts_as(*Post.STATION_ROLES) if post.station_id == loan.station_id]
    return own[0] if own and loan.is_overdue(now) else None


@transaction.atomic
def ask_borrower(user: User, loan: Loan, *, now: datetime) -> Contact | None:
    """The borrower in full, once; None where this person may not. No audit entry, no answer."""
    post = may_ask_borrower(user, loan, now=now)
    if post is None:
        return None
    revealing.write_down(user, post, area=loan.station.area, subject="", detail=f"催还{loan.what}", now=now)
    return _in_full(loan)


def leads(user: User, station: Station) -> bool:
    """Whether the person decides what the station keeps."""
    return any(post.station_id == station.pk for post in user.posts_as(Role.STATION_LEAD))


def counted_stations(user: User) -> list[Station]:
    """Whose counts this person may read: a lead's stations, a dispatcher's community, a secretary's node and below."""
    own = {post.station for post in user.posts_as(Role.STATION_LEAD)}
    nodes = [post.area_id for post in user.posts_as(Role.DISPATCHER, Role.SECRETARY)]
    if nodes:
        own |= set(Station.objects.in_areas(Area.objects.below(nodes)).select_related("area"))
    return sorted(own, key=lambda station: station.code)


@dataclass(frozen=True)
class SupplyRow:
    """A supply in the list; `key` is there where one of it may be used up with one press."""

    supply: Supply
    word: str
    key: uuid.UUID | None


def supply_row(supply: Supply) -> SupplyRow:
    is_used_up = supply.is_active and not supply.is_lendable and supply.stock
    return SupplyRow(supply, stock_word(supply), uuid.uuid4() if is_used_up else None)


def stock_word(supply: Supply) -> str:
    """快用完了, 用完了, 都借出去了, or nothing; `supply` was read with_out()."""
    if not supply.stock:
        return "都借出去了" if supply.out else "用完了"
    return "快用完了" if supply.is_low else ""


def may_count(user: User) -> bool:
    return bool(user.posts_as(*COUNTERS))


def may_undo_return(loan: Loan, *, now: datetime) -> bool:
    return loan.returned_at is not None and loan.returned_at >= now - UNDOABLE


def borrower(user: User, loan: Loan, *, now: datetime) -> Contact:
    """Name and phone as this reader may see them."""
    if sees_borrower(user, loan, now=now):
        return _in_full(loan)
    return Contact(
        saying.masked_name(loan.borrower) or saying.NO_NAME, saying.masked_phone(loan.phone), "", ""
    )


def _in_full(loan: Loan) -> Contact:
    return Contact(loan.borrower or saying.NO_NAME, loan.phone, "", loan.phone)
