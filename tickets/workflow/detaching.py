"""另开一单: whoever joined the wrong ticket gets a ticket of their own, as if it had been filed when they came.

What was answered to the others was about another matter: nothing of it is taken along, no limit is met by it.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Post, User
from stations import together
from stations.models import Building
from tickets import announce, clocks
from tickets.models import Apart, Clock, Event, Photo, Reporter, Rule, Ticket
from tickets.permissions import may_detach
from tickets.states import Status, Verb
from tickets.workflow.door import NOT_THEIRS, Conflict, Invalid, admit, event_of, lock, move, require
from tickets.workflow.joining import joined_words
from tickets.workflow.receiving import give_number, prepare, searchable, send_on
from tickets.workflow.reviewing import all_content

WHY = "写明为什么另开一单"
USED = "这张表已经用过了，请打开工单再看一遍"


@transaction.atomic
def detach(
    ticket: Ticket,
    *,
    by: User,
    reporter: Reporter,
    reason: str,
    key: uuid.UUID | None = None,
    now: datetime | None = None,
    **new: Any,
) -> Event:
    """Give somebody who joined the ticket, or one merged into it, a ticket of their own; its event names that one.

    `new` may say another category, building or place than the ticket they joined has. The form of that `key` sent
    again changes nothing. Words, photos and receipt go along; the limits run from the moment the reporter came.
    """
    now = now or timezone.now()
    admit(ticket, Verb.DETACH, by=by, now=now)
    # Of two presses at the same moment the second finds what the first has made.
    ticket = lock(ticket, reporter.ticket)[ticket.pk]
    if done := key and ticket.events.of_form(key, by).first():
        if done.data.get("reporter") != reporter.pk:
            raise Conflict(USED)
        return done
    admit(ticket, Verb.DETACH, by=by, now=now)
    reporter, post = _checked(ticket, reporter, by, key, now)
    require(reason, WHY)
    own = _ticket_of(reporter, new, key)
    rule = Rule.objects.for_ticket(area=own.area, category=own.category)
    came, parted = _file(own, reporter, rule, by=by, post=post, reason=reason, now=now)
    event = _let_go(ticket, reporter, own, by=by, reason=reason, key=key, now=now)
    # Only now: what admits a desk is that this reporter came there.
    joined = _hand_over(reporter, own, came)
    for other in {joined, ticket}:
        Apart.objects.keep(own, other, by=by, at=now)
    _send_on(parted, rule)
    _tell(parted, event, reporter)
    return event


def place_of(reporter: Reporter) -> tuple[Building | None, str]:
    """Where it is by somebody who joined: as they said it where that was another place, else as the ticket says.

    A building only where what they said begins with its name, as the desk's form writes it; none is guessed.
    """
    joined, said = reporter.ticket, reporter.place
    if not said:
        return joined.building, joined.place
    named = (
        one for one in Building.objects.in_areas([joined.area_id]) if f"{said}·".startswith(f"{one.name}·")
    )
    building = max(named, key=lambda one: len(one.name), default=None)
    return building, said[len(building.name) + 1 :] if building else said


def _checked(
    ticket: Ticket, reporter: Reporter, by: User, key: uuid.UUID | None, now: datetime
) -> tuple[Reporter, Post | None]:
    """The reporter as the row is now, if `by` may do this for that one, and by which post."""
    found = Reporter.objects.shown_on(ticket).filter(pk=reporter.pk).first()
    if found is None:
        raise Invalid(NOT_THEIRS, "reporter")
    answer = may_detach(by, ticket, found, now=now)
    if not answer.allowed:
        raise Invalid(answer.sentence, "reporter")
    if key and Ticket.objects.filter(submission_id=key).exists():
        raise Conflict(USED)
    return found, answer.post


def _ticket_of(reporter: Reporter, new: dict[str, Any], key: uuid.UUID | None) -> Ticket:
    """The ticket as the desk would have filed it when they came."""
    joined = reporter.ticket
    building, place = place_of(reporter)
    facts = {"category": joined.category, "building": building, "place": place, **new}
    _check(facts, joined)
    own = Ticket(
        area=joined.area,
        station=reporter.came_to,
        received_at=reporter.created_at,
        submission_id=key or uuid.uuid4(),
        logged_by=reporter.logged_by,
        words=reporter.words,
        split_from=joined,
        **facts,
    )
    prepare(own)
    return own


def _check(facts: dict[str, Any], joined: Ticket) -> None:
    category, building = facts["category"], facts["building"]
    if category and not category.is_active and category != joined.category:
        raise Invalid("这个类别已停用，请另选一个", "category")
    if building and building.area_id != joined.area_id:
        raise Invalid("请选本社区的楼栋", "building")


def _file(
    own: Ticket,
    reporter: Reporter,
    rule: Rule | None,
    *,
    by: User,
    post: Post | None,
    reason: str,
    now: datetime,
) -> tuple[Event, Event]:
    """Write the ticket with its limits and its two first events: that they came, and that it is one of its own now."""
    joined = reporter.ticket
    came = _came(own, reporter)
    data = {"from": joined.number, "ticket": joined.pk}
    parted = event_of(own, Verb.DETACH, by=by, post=post, now=now, before=own.status, words=reason, data=data)
    give_number(own, came, parted)
    came.ticket = parted.ticket = own  # with the key it has now
    together.write([own, *clocks.of_round(own, rule, own.received_at), came, parted])
    return came, parted


def _came(own: Ticket, reporter: Reporter) -> Event:
    """How they came, as it was written down when they joined."""
    at = reporter.created_at
    came = event_of(own, Verb.RECEIVE, by=reporter.logged_by, post=None, now=at, before="")
    noted = reporter.ticket.events.filter(verb=Verb.ATTACH, data__reporter=reporter.pk).first()
    if noted:
        came.post_id, came.as_whom, came.device = noted.post_id, noted.as_whom, noted.device
    return came


def _hand_over(reporter: Reporter, own: Ticket, came: Event) -> Ticket:
    """Reporter, words and photos go to the new ticket; the one that they had joined is found by these words no more."""
    joined = reporter.ticket
    Photo.objects.filter(ticket=joined, reporter=reporter).update(ticket=own, event=came, round=own.round)
    reporter.ticket, reporter.station, reporter.words, reporter.place = own, None, "", ""
    reporter.save(update_fields=["ticket", "station", "words", "place"])
    Ticket.objects.filter(pk=joined.pk).update(search=searchable(joined, joined_words(joined)))
    return joined


def _let_go(
    ticket: Ticket,
    reporter: Reporter,
    own: Ticket,
    *,
    by: User,
    reason: str,
    key: uuid.UUID | None,
    now: datetime,
) -> Event:
    """One reporter fewer; where the others have all rated, nobody is waited for any more."""
    closes = ticket.status == Status.RESOLVED and all_content(ticket, besides=reporter)
    data = {"reporter": reporter.pk, "ticket": own.pk, "number": own.number}
    event = move(
        ticket,
        Verb.DETACH,
        by=by,
        now=now,
        to=Status.CLOSED if closes else None,
        words=reason,
        data={**data, **({"form": str(key)} if key else {})},
        columns={"closed_at": now} if closes else {},
    )
    if closes:
        clocks.meet(ticket, Clock.Kind.RATING, now)
    return event


def _send_on(parted: Event, rule: Rule | None) -> None:
    """As any new one: by the rule, or the dispatchers are asked."""
    what = f"从{parted.data['from']}分出来的一单"
    if rule and rule.is_automatic:
        send_on(parted, rule, what=what)
    else:
        announce.tell_dispatchers(parted, f"{what}，请派单", asks=True)


def _tell(parted: Event, event: Event, reporter: Reporter) -> None:
    """The desk where the reporter came, and who has the other one in hand."""
    own = parted.ticket
    desk = Post.objects.of_desks([own.station_id], [reporter.logged_by_id])
    announce.tell(parted, desk, f"从{parted.data['from']}分出来单独办，居民手里的回执照样能用")
    closed = "；其余的都评过了，结案" if event.status_to == Status.CLOSED != event.status_from else ""
    announce.tell_owner(event, f"分出一位反映人，另开了{own.number}，那件事不在这一张里办{closed}")
