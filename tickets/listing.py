"""The rows of a list of tickets: one narrow statement for a page, and plain words for its template."""

from datetime import date, datetime
from typing import NamedTuple

from accounts.models import User
from stations import calendars, paging, saying, workdays
from stations.composed import Composed
from stations.worded import Worded
from stations.workdays import Hours
from tickets import search
from tickets.due import Due, due_of_clock
from tickets.models import Reporter, Ticket, scopes
from tickets.models.ticket import in_hands_of, url_of, where
from tickets.states import OPEN


class Row(NamedTuple):
    number: str
    url: str
    title: str
    where: str
    received: str
    unit: str
    claimant: str
    status: str
    is_pressing: bool
    due: Due | None


def _newest(tickets):
    return paging.keys_of(tickets.newest_first())


def _reported_by(name):
    return Reporter.objects.named(name).order_by().values("ticket")


_newest_of = Composed(lambda area: _newest(Ticket.objects.filter(area=area)))
# Few or many areas, with few or many of all tickets: no one plan is good for all.
_newest_in = Worded(lambda areas: _newest(Ticket.objects.filter(area__any_of=areas)), [1, 2])
# A search for words. One with a digit has other parts, each when it is a telephone, a number or the end of one.
_found_in = Worded(
    lambda areas, number, query, name: _newest(
        Ticket.objects.filter(area__any_of=areas).with_words(number, query, _reported_by(name))
    ),
    [1, 2], "NUMBER", "'query'", "name",
)  # fmt: skip
_rows_of = Composed(Ticket.objects.as_rows, [1, 2])
_cards_of = Composed(Ticket.objects.as_cards, [1, 2], date(1900, 1, 1))


class _Running(NamedTuple):
    """A clock that runs or stands still, as far as its chip shows it."""

    kind: str
    hours: int | None
    due_at: datetime
    half_at: datetime
    warn_at: datetime
    paused_at: datetime | None
    provisional: bool
    met_at: None = None


def newest(user: User, text: str = "") -> list[int]:
    """Keys, for `paging.page_of_keys`, of what this person sees and a search finds; the newest first."""
    areas, text = scopes.areas_seen_whole(user), search.one_line(text)
    query = search.query(text)
    if areas is None or (text and (search.has_digit(text) or not query)):
        return list(_newest(Ticket.objects.visible_to(user).matching(text)))
    if text:
        return _found_in(areas, text.upper(), query, text)
    return _newest_of(*areas) if len(areas) == 1 else _newest_in(areas)


def cards(pks: list[int], *, today: date) -> list[Ticket]:
    """The tickets of a page in its order, read with all that a card of the unit shows."""
    found = {ticket.pk: ticket for ticket in _cards_of(pks, today)}
    return [found[pk] for pk in pks]


def rows(pks: list[int], *, now: datetime) -> list[Row]:
    """One row for each of the tickets of a page, in its order."""
    found = {ticket.pk: ticket for ticket in _rows_of(pks)}
    now = now.astimezone(workdays.SHANGHAI)  # once, not three times in every row
    return [_row(found[pk], now) for pk in pks]


def _row(ticket, now) -> Row:
    return Row(
        ticket.number,
        url_of(ticket.number),
        ticket.title,
        where(ticket.building__name, ticket.place),
        saying.moment(ticket.received_at, now=now),
        in_hands_of(ticket.unit__name, ticket.status),
        ticket.claimant__name or "",
        ticket.status,
        ticket.is_pressing,
        _due(ticket, now) if ticket.clock and ticket.status in OPEN else None,
    )


def _due(ticket, now) -> Due:
    calendar = calendars.of(ticket.area_id, ticket.area__calendar_version)
    hours = Hours(ticket.area__office_opens, ticket.area__office_closes, calendar)
    return due_of_clock(_clock(**ticket.clock), area=hours, now=now)


def _clock(*, paused_at, **others) -> _Running:
    moments = {name: _moment(others.pop(name)) for name in ("due_at", "half_at", "warn_at")}
    return _Running(paused_at=_moment(paused_at) if paused_at else None, **moments, **others)


def _moment(text) -> datetime:
    """In the zone in which it is compared and shown: moments of one zone are compared in no time."""
    return datetime.fromisoformat(text).astimezone(workdays.SHANGHAI)
