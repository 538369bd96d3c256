"""照片 after the verbs: adding some to a ticket, and taking one away. Both are told in the timeline."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Post, User
from tickets import announce
from tickets.models import Event, Photo, Reporter, Ticket
from tickets.permissions import may_add_photo, may_remove_photo
from tickets.photos import MOST, attach, drop, missing, room
from tickets.states import Status, Verb
from tickets.workflow.door import Conflict, Invalid, NotAllowed, lock, record, require

GONE = "这张照片已经拿掉了"
FULL = f"{{stage}}的照片已经有{MOST}张，不能再加；要换，先到工单页拿掉一张"
NEARLY_FULL = "刚刚又有人加了照片，{stage}的照片只能再加{room}张。请去掉多出来的，再按一次"


def stages_for(ticket: Ticket, post: Post) -> list[Photo.Stage]:
    """What a photo added now may show, the likely one first; a desk only ever adds what residents bring."""
    if post.role in Post.STATION_ROLES:
        return [Photo.Stage.RECEIVED]
    done = [Photo.Stage.FINISHED] if ticket.status == Status.RESOLVED else []
    answered = [Photo.Stage.ANSWERED] if ticket.solvable else []
    return [*done, *answered, Photo.Stage.RECEIVED]


@transaction.atomic
def add_photos(
    ticket: Ticket,
    *,
    by: User,
    photos: Sequence[Photo],
    stage: str,
    key: uuid.UUID | None = None,
    reporter: Reporter | None = None,
    now: datetime | None = None,
) -> Event:
    """Make the drafts photos of the ticket and tell its owner; the form of that `key` sent again adds only new ones.

    `reporter` brought them, where that is known.
    """
    now = now or timezone.now()
    fresh = lock(ticket)[ticket.pk]
    answer = may_add_photo(by, fresh, now=now)
    if not answer.allowed or answer.post is None:
        raise (Conflict if answer.wrong_status else NotAllowed)(answer.sentence)
    if first := added_by_form(fresh, key, by):
        photos = missing(photos, [*Photo.objects.at_step(fresh, stage), *first.photos.all()])
        if not photos:
            return first
    if stage not in stages_for(fresh, answer.post):
        raise Invalid("请选是什么时候的照片", "stage")
    if not photos:
        raise Invalid(_why_none(fresh, stage), "photos")
    data = {"photos": len(photos), "stage": Photo.Stage(stage).label, **({"form": str(key)} if key else {})}
    event = record(fresh, Verb.AMEND, by=by, post=answer.post, now=now, before=fresh.status, data=data)
    _attach(photos, fresh, event, stage, reporter or _who_brought(fresh, by, stage))
    announce.tell_owner(event, "加了照片")
    return event


@transaction.atomic
def add_missing(
    ticket: Ticket,
    *,
    by: User,
    photos: Sequence[Photo],
    stage: str,
    reporter: Reporter | None = None,
    now: datetime | None = None,
) -> Event | None:
    """Add those drafts of a form sent again that the step has not got; None where it has them all."""
    held = lock(ticket)[ticket.pk]
    new = missing(photos, Photo.objects.at_step(held, stage)) if photos else []
    return add_photos(held, by=by, photos=new, stage=stage, reporter=reporter, now=now) if new else None


def added_by_form(ticket: Ticket, key: uuid.UUID | None, by: User) -> Event | None:
    """What this form has added already. Within `add_photos` the ticket is held, so that of two presses one is first."""
    return ticket.events.of_form(key, by).first() if key else None


@transaction.atomic
def remove_photo(photo: Photo, *, by: User, reason: str, now: datetime | None = None) -> Event:
    """Take a photo away for good; who did it and why stays."""
    now = now or timezone.now()
    answer, ticket = may_remove_photo(by, photo, now=now), photo.ticket
    if not answer.allowed or ticket is None:
        raise NotAllowed(answer.sentence)
    require(reason, "写明为什么拿掉")
    if not drop(Photo.objects.named([photo.name])):
        raise Conflict(GONE)
    data = {"photo_removed": photo.get_stage_display(), "photo": photo.name}
    return record(
        ticket, Verb.AMEND, by=by, post=answer.post, now=now, before=ticket.status, words=reason, data=data
    )


def attach_within_room(
    drafts: Sequence[Photo], ticket: Ticket, event: Event, *, stage: str, reporter: Reporter | None = None
) -> int:
    """Make the drafts photos of the ticket. Its row is held: of two at once the second finds the first one's photos."""
    left = room(ticket, stage) if drafts else 0
    if len(drafts) > left:
        raise Invalid(_no_room(stage, left), "photos")
    return attach(drafts, ticket, event, stage=stage, reporter=reporter)


def _attach(
    drafts: Sequence[Photo], ticket: Ticket, event: Event, stage: str, reporter: Reporter | None
) -> None:
    if attach_within_room(drafts, ticket, event, stage=stage, reporter=reporter) != len(drafts):
        raise Conflict("照片已经用在别处，请重新选一次")


def _who_brought(ticket: Ticket, by: User, stage: str) -> Reporter | None:
    """The only reporter, if `by` logged that one; of several nobody knows whose it is."""
    waiting = list(Reporter.objects.of_matter(ticket)[:2]) if stage == Photo.Stage.RECEIVED else []
    return waiting[0] if len(waiting) == 1 and waiting[0].logged_by_id == by.pk else None


def _why_none(ticket: Ticket, stage: str) -> str:
    """Nothing was chosen, or nothing of it could be taken."""
    return "请选至少一张照片" if room(ticket, stage) else _no_room(stage, 0)


def _no_room(stage: str, left: int) -> str:
    return (NEARLY_FULL if left else FULL).format(stage=Photo.Stage(stage).label, room=left)
