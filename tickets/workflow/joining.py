"""加入: somebody else with the same matter joins its open ticket, with own words and an own receipt."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from stations.models import Station
from tickets import announce, receipts
from tickets.models import Photo, Receipt, Reporter, Telling, Ticket
from tickets.permissions import WHO_REFUSED, may_receive
from tickets.photos import attach as attach_photos
from tickets.states import Verb, Who
from tickets.workflow.door import Conflict, NotAllowed, admit, lock, record, require
from tickets.workflow.receiving import is_repeated, received_before, searchable
from tickets.workflow.telling import note_told

# A tsvector holds a megabyte; what the first dozens said of the same matter is enough to find it by.
SEARCHED = 10_000


def attach(
    ticket: Ticket,
    *,
    by: User,
    station: Station,
    words: str,
    submission_id: uuid.UUID | None = None,
    name: str = "",
    phone: str = "",
    room: str = "",
    place: str = "",
    on_duty: int | None = None,
    photos: Sequence[Photo] = (),
    now: datetime | None = None,
) -> Receipt:
    """Write down at a station who else waits for this ticket; repeated, it returns the same receipt."""
    now = now or timezone.now()
    # By the second press of an unsure finger the ticket may have gone on: it still gets the first receipt.
    is_repeated_form = isinstance(by, User) and Reporter.objects.submitted(submission_id, by).exists()
    if not is_repeated_form:
        admit(ticket, Verb.ATTACH, by=by, now=now)
    reporter = Reporter(
        ticket=ticket,
        submission_id=submission_id or uuid.uuid4(),
        station=station,
        words=words,
        place=place,
        name=name,
        phone=phone,
        room=room,
        logged_by=by,
        on_duty_id=on_duty,
        created_at=now,
    )
    if is_repeated_form:
        return received_before(reporter, by=by, photos=photos, now=now)
    try:
        return _join(reporter, by=by, photos=photos, now=now)
    except IntegrityError as error:
        if not is_repeated(error):
            raise
        return received_before(reporter, by=by, photos=photos, now=now)


@transaction.atomic
def _join(reporter: Reporter, *, by: User, photos: Sequence[Photo], now: datetime) -> Receipt:
    # Held instead of compared: that it was claimed a moment ago is no reason to send a resident away.
    ticket = reporter.ticket = lock(reporter.ticket)[reporter.ticket_id]
    admit(ticket, Verb.ATTACH, by=by, now=now)
    post = may_receive(by, reporter.station)
    if post is None or reporter.station.area_id != ticket.area_id:
        raise NotAllowed(f"加入工单{WHO_REFUSED[Who.COMMUNITY]}，或由本社区的派单员来做")
    if not reporter.station.is_active:
        raise Conflict("这个站点已停用，请选别的站点")
    require(reporter.words, "填写发生了什么，用这位居民自己的话", "words")
    reporter.save(force_insert=True)
    receipt = receipts.issue(reporter, now=now)
    Ticket.objects.filter(pk=ticket.pk).update(search=searchable(ticket, joined_words(ticket)))
    data = {"reporter": reporter.pk, "station": reporter.station.name}
    event = record(ticket, Verb.ATTACH, by=by, post=post, now=now, before=ticket.status, data=data)
    attach_photos(photos, ticket, event, stage=Photo.Stage.RECEIVED, reporter=reporter)
    announce.tell_owner(event, "又有一位反映人")
    # A reply already given stands on the slip that is handed over now.
    note_told(ticket, [reporter], by=by, channel=Telling.Channel.IN_PERSON, now=now)
    return receipt


def joined_words(ticket: Ticket) -> str:
    """What those who joined said, as far as a search looks."""
    return " ".join(ticket.reporters.exclude(words="").values_list("words", flat=True))[:SEARCHED]
