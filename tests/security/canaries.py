"""Residents whose every fact is unlike anything else, and a crawl of all that anybody can read without signing in.

Each fact stands where the product keeps it, and in the resident's own words; none of them may come out again.
"""

import html
import itertools
from dataclasses import dataclass
from urllib.parse import unquote

from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.access.walled import published
from tests.tickets.loop import TUESDAY, claimed, closed, dispatched, replied, resolved
from tickets import receipts
from tickets.models import Receipt, Ticket

GIVEN = "璇玥翀翊骁沄湉彧昶皓旻暄"
SURNAMES = "邝亓佴瞿缪郜鄢郗"
ERRORS = (
    "/no-such-page/",
    "/healthz",
    "/readyz",
    "/wall/999999/",
    "/wall/x/",
    "/static/no-such-file.css",
    "/photos/x/",
)


@dataclass(frozen=True)
class Resident:
    """One of many; `facts` are what must not come out."""

    number: int

    @property
    def name(self):
        n = self.number
        first, second = divmod(n // len(SURNAMES), len(GIVEN))
        return f"{SURNAMES[n % len(SURNAMES)]}{GIVEN[first % len(GIVEN)]}{GIVEN[second]}"

    @property
    def phone(self):
        return f"1601{7_000_000 + 137 * self.number}"

    @property
    def room(self):
        return f"{11 + self.number % 20}{10 + self.number // 20:02d}-{self.number:03d}"

    @property
    def position(self):
        return f"29.{563_010 + self.number}"

    @property
    def facts(self):
        return {"name": self.name, "phone": self.phone, "room": self.room, "position": self.position}

    @property
    def variants(self):
        """{what: spellings} of the same facts; each of them gives the person away as well."""
        name, given, tail, room = self.name, self.name[1:], self.phone[7:], self.room
        parted = f"{self.phone[:3]}{{0}}{self.phone[3:7]}{{0}}{tail}"
        return {
            "name": [
                name,
                "·".join(name),
                given,
                " ".join(given),
                *map(name[0].__add__, ("阿姨", "家", "某")),
            ],
            "phone": [
                *map(parted.format, "：;！=【★转和x"),
                _wide(self.phone),
                _spoken(self.phone),
                f"尾号{tail}",
            ],
            "room": [room, f"{room}室", _wide(room), _spoken(room), room.replace("-", "#")],
            "position": [self.position, _wide(self.position), self.position.replace(".", " . ")],
        }


def _wide(text):
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in text)


def _spoken(text):
    return text.translate(str.maketrans("0123456789", "〇一二三四五六七八九"))


def people(count):
    return [Resident(n) for n in range(count)]


def lived(house, resident) -> Ticket:
    """Their matter from the desk to the rating, said with everything about them."""
    all_of_it = "，".join(resident.facts.values())
    contact = {"name": resident.name, "phone": resident.phone, "room": resident.room}
    ticket = house.receive(f"水管漏了，{all_of_it}", now=TUESDAY, **contact)
    for step in (dispatched, claimed, replied, resolved, closed):
        step(ticket, house, TUESDAY)
    return Ticket.objects.get(pk=ticket.pk)


def told(ticket, house):
    return published(ticket, house, title="厨房水管漏水", words="换了接头，试水两小时不漏", now=TUESDAY)


def found(everything, residents) -> set:
    """(what, of whom) of the facts that stand in some of the bytes, also with entities or percent signs."""
    text = "\n".join(everything.values())
    text += html.unescape(text) + unquote(text)
    return {(what, r.number) for r in residents for what, fact in r.facts.items() if fact in text}


def public_bytes(house, tickets) -> dict:
    """{address: headers and body} of every page for everybody, through all its pages, and of what goes wrong."""
    area = house.area.pk
    pages = [*addresses(area), *ERRORS, f"/tickets/{tickets[0].number}/", f"/t/{tickets[0].number}/"]
    read = {page: _read(Client(raise_request_exception=False), page) for page in pages}
    holder = _holder(tickets[0])
    read |= {f"{page} with a code": _read(holder, page) for page in addresses(area)}
    for name in ("wall", "wall_screen"):
        read |= _all_pages(reverse(f"tickets:{name}", args=[area]))
    for ticket in tickets[:5]:
        read[f"code of {ticket.number}"] = _by_code(ticket)
    return read


def addresses(area) -> list[str]:
    """Of every route that asks for no sign-in; a new one is crawled without being written down here."""
    fitting = {"area_id": area, "token": "no-such-token", "name": "no-such-photo.webp"}
    return [
        reverse(name, kwargs={key: fitting[key] for key in pattern.converters})
        for name, pattern in _login_free(get_resolver(), ())
    ]


def _login_free(resolver, spaces):
    for entry in resolver.url_patterns:
        if not isinstance(entry, URLPattern):
            yield from _login_free(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif not getattr(entry.callback, "login_required", True):
            yield ":".join([*spaces, entry.name]), entry.pattern


def _all_pages(address):
    """Until the last one says so."""
    read = {}
    for number in itertools.count(1):
        page = f"{address}?page={number}"
        answer = Client().get(page)
        read[page] = _bytes(answer)
        if number >= answer.context["page_obj"].paginator.num_pages:
            return read


def _by_code(ticket):
    """What somebody reads who has picked the slip up and types its code, without the last digits of the phone."""
    return _read(_holder(ticket), reverse("tickets:receipt"))


def _holder(ticket):
    client = Client(raise_request_exception=False)
    code = receipts.code(Receipt.objects.get(reporter__ticket=ticket))
    client.post(reverse("tickets:track_code"), {"code": code})
    return client


def _read(client, address):
    return _bytes(client.get(address))


def _bytes(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.headers}{answer.cookies}" + body.decode("utf-8", "replace")
