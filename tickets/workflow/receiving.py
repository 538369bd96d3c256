"""接单: a request becomes a numbered ticket with a receipt, once however often it is sent."""

import re
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import Post, User
from stations import together
from stations.models import Building, Station
from tickets import announce, clocks, receipts, search
from tickets.models import Category, Counter, Event, Photo, Receipt, Reporter, Rule, Ticket
from tickets.permissions import WHO_REFUSED, may_receive
from tickets.photos import attach
from tickets.states import Status, Verb, Who
from tickets.workflow.dispatching import dispatch_by_rule
from tickets.workflow.door import CallFirst, Conflict, Invalid, NotAllowed, Refused, event_of, require
from tickets.workflow.picturing import add_missing

TITLE_LENGTH = 24
HOW_TO_GO_ON = "是新的一件事，再按一次“接单”；要改那一张，打开它点“更正”。"
_SENTENCE_END = re.compile(r"[。！？!?；;\n\r]")


def receive(
    *,
    by: User,
    station: Station,
    words: str,
    submission_id: uuid.UUID | None = None,
    category: Category | None = None,
    building: Building | None = None,
    place: str = "",
    name: str = "",
    phone: str = "",
    room: str = "",
    called: bool = False,
    on_duty: int | None = None,
    photos: Sequence[Photo] = (),
    now: datetime | None = None,
) -> Receipt:
    """File a request at a station and return its first receipt; repeated, it returns the same receipt.

    An emergency is filed only when its number was `called`; before that CallFirst names it. `on_duty` is the id of
    whoever had checked in at the station and took it down.
    """
    now = now or timezone.now()
    post = _post_at(station, by)
    _check(station, words, category, building)
    if category and category.is_emergency and not called:
        raise CallFirst(category)
    form = {"submission_id": submission_id or uuid.uuid4(), "logged_by": by}
    matter = {"words": words, "category": category, "building": building, "place": place}
    ticket = Ticket(area=station.area, station=station, received_at=now, **form, **matter)
    reporter = Reporter(
        ticket=ticket, name=name, phone=phone, room=room, on_duty_id=on_duty, created_at=now, **form
    )
    file = partial(_file, ticket, reporter, by=by, post=post, photos=photos, now=now)
    try:
        return file()
    except IntegrityError as error:
        if is_repeated(error):
            return received_before(reporter, by=by, photos=photos, now=now)
        if not receipts.has_clashed(error):
            raise
    return file()  # with another code


def title_of(words: str) -> str:
    """The first sentence, at most 24 characters, cut at a comma where there is one."""
    first = next((part.strip() for part in _SENTENCE_END.split(words) if part.strip()), words.strip())
    if len(first) <= TITLE_LENGTH:
        return first
    cut = max(first.rfind(mark, 4, TITLE_LENGTH) for mark in "，,、 ")
    return first[:cut] if cut > 0 else first[: TITLE_LENGTH - 1] + "…"


@transaction.atomic
def _file(
    ticket: Ticket, reporter: Reporter, *, by: User, post: Post, photos: Sequence[Photo], now: datetime
) -> Receipt:
    prepare(ticket)
    rule = Rule.objects.for_ticket(area=ticket.area, category=ticket.category)
    receipt = receipts.new(reporter, now=now)
    event = event_of(ticket, Verb.RECEIVE, by=by, post=post, now=now, before="")
    give_number(ticket, reporter, receipt, event)
    reporter.ticket, receipt.reporter, event.ticket = ticket, reporter, ticket  # with the keys they have now
    rows = [ticket, reporter, receipt, *clocks.of_round(ticket, rule, now), event]
    if rule and rule.is_automatic:
        together.write(rows)
        send_on(event, rule)
    else:
        told = set(rule.dispatcher_ids) if rule else announce.dispatchers(ticket)
        together.write([*rows, *announce.notices(event, told, "新接一单，请派单", asks=True)])
    attach(photos, ticket, event, stage=Photo.Stage.RECEIVED, reporter=reporter)
    return receipt


def prepare(ticket: Ticket) -> None:
    """What follows from its words and the moment it was received."""
    ticket.status, ticket.title = Status.RECEIVED, title_of(ticket.words)
    ticket.received_on = timezone.localdate(ticket.received_at)
    ticket.search = searchable(ticket)


def give_number(ticket: Ticket, *rows: Model) -> None:
    """The next one of its station and day; the ticket and these rows get their keys along with it."""
    ticket.sequence = next_number(ticket.station, ticket.received_on, ticket, *rows)
    ticket.number = f"{ticket.station.code}-{ticket.received_on:%Y%m%d}-{ticket.sequence:03d}"


def send_on(event: Event, rule: Rule, *, what: str = "新接一单") -> None:
    """What a rule has sent on asks nothing of the dispatcher; of an emergency they hear all the same."""
    ticket = event.ticket
    if not dispatch_by_rule(ticket, rule, now=event.at):
        announce.tell_dispatchers(event, f"{what}，规则没能派出，请派单", asks=True)
    elif ticket.is_pressing:
        announce.tell_dispatchers(event, f"新接急事，已按规则派给{ticket.unit}")


def next_number(station: Station, day: date, *rows: Model) -> int:
    """Take the next number of a station and day; its row stays locked until commit, so none is lost.

    The same message gives these rows their keys.
    """
    taking = (
        f'INSERT INTO "{Counter._meta.db_table}" AS c (station_id, day, last) VALUES (%s, %s, 1) '  # noqa: S608
        "ON CONFLICT (station_id, day) DO UPDATE SET last = c.last + 1 RETURNING last"
    )
    return together.reserve(*rows, asking=taking, values=[station.pk, day])


def searchable(ticket: Ticket, joined: str = "") -> str:
    """Everything of the matter that a search finds, with the words of those who joined, as it is stored.

    Split from another ticket it is found by that number too, the slip's. People are found through their own table.
    """
    building = ticket.building.name if ticket.building else ""
    category = ticket.category.name if ticket.category else ""
    paper = f"{old.number} {old.short_number}" if (old := ticket.split_from) else ""
    return search.vector(ticket.title, ticket.words, building, ticket.place, category, joined, paper)


def _post_at(station: Station, by: User) -> Post:
    post = may_receive(by, station)
    if post is None:
        raise NotAllowed(f"登记工单{WHO_REFUSED[Who.STATION]}，或由本社区的派单员来做")
    return post


def _check(station: Station, words: str, category: Category | None, building: Building | None) -> None:
    require(words, "填写发生了什么，例如：三单元二楼楼道灯不亮", "words")
    if not station.is_active:
        raise Conflict("这个站点已停用，请选别的站点")
    if category and not category.is_active:
        raise Invalid("这个类别已停用，请另选一个", "category")
    if building and building.area_id != station.area_id:
        raise Invalid("请选本社区的楼栋", "building")


def is_repeated(error: IntegrityError) -> bool:
    """Whether it was the submission id that is there already, and no other rule of the database."""
    return "submission_id" in together.broken_constraint(error)


def received_before(repeated: Reporter, *, by: User, photos: Sequence[Photo], now: datetime) -> Receipt:
    """The first receipt of this submission, as `first_receipt` finds it; a photo that did not come then is added.

    A photo never costs the receipt: why it could not be added is said by `left_out`.
    """
    receipt = first_receipt(repeated, by=by)
    brought, stage = receipt.reporter, Photo.Stage.RECEIVED
    try:
        add_missing(brought.ticket, by=by, photos=photos, stage=stage, reporter=brought, now=now)
    except Refused as refusal:
        receipt.left_out = str(refusal)
    return receipt


def first_receipt(repeated: Reporter, *, by: User) -> Receipt:
    """The receipt this submission got the first time, as a new ticket or by joining one.

    Another person's submission is never shown; a form changed after it was filed is not taken for the first,
    or the second matter would be lost without a word.
    """
    own = Reporter.objects.submitted(repeated.submission_id, by)
    receipt = Receipt.objects.valid().filter(reporter__in=own).first()
    if receipt is None:
        raise Conflict("这张表已经由别人登记过。是新的一件事，请看清内容，再按一次“接单”。")
    if told(receipt.reporter) != told(repeated):
        number = receipt.reporter.ticket.number
        raise Conflict(f"这张表已经登记成{number}，改动没有记上。{HOW_TO_GO_ON}")
    return receipt


def told(reporter: Reporter) -> tuple:
    """What was said, to tell a repeated form from a changed one."""
    ticket, person = reporter.ticket, (reporter.name, reporter.phone, reporter.room)
    if reporter.has_joined:
        return (*person, ticket.pk, reporter.station_id, reporter.words, reporter.place)
    return (*person, ticket.words, ticket.category_id, ticket.building_id, ticket.place)
