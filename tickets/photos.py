"""Photos on their way to a ticket: taken with a form as drafts, attached by the verb, removed, swept up.

A bad photo never costs the ticket: what cannot be taken is a sentence for the person, and the rest goes on. What is
a photo at all is decided in tickets.images, where it lies in tickets.photo_files.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from stations import locks
from stations.composed import Composed
from tickets import images, photo_files, throttle
from tickets.models import Event, Photo, Reporter, Ticket
from tickets.models.photo import PhotoQuerySet

logger = logging.getLogger(__name__)

MOST = 6  # of one stage in one round; a neighbour who joins brings as many of their own
DRAFTS_KEPT = timedelta(hours=24)
GRACE = timedelta(hours=1)  # a file younger than this may still get its row
TOO_MANY = f"每一步最多{MOST}张"
NOT_ADDED = "第{number}张照片没有加上：{why}。"
TOO_OFTEN = f"一小时最多传{throttle.PHOTOS.most}张，请过一会儿再加"
NO_ROOM = "存放照片的地方写不进去，请告诉系统管理员"


# Every filing asks it.
_drafts = Composed(Photo.objects.drafts, 8_000_000_001, uuid.UUID(int=1))


@dataclass(frozen=True)
class Sent:
    """What a form brings: new files, the key of the drafts it already brought, and which of those to drop."""

    files: Sequence[UploadedFile] = ()
    draft: uuid.UUID | None = None
    dropped: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Taken:
    """The drafts that are ready for the ticket, their key, and a sentence for each photo that is not among them.

    `over` are drafts for which there is no room now: they stay with the form while it is not done.
    """

    draft: uuid.UUID
    ready: tuple[Photo, ...] = ()
    over: tuple[Photo, ...] = ()
    refused: tuple[str, ...] = ()


def room(ticket: Ticket, stage: str) -> int:
    """How many more photos this step takes."""
    return max(0, MOST - Photo.objects.at_step(ticket, stage).count())


def take(sent: Sent, *, by: User, stage: str, room: int = MOST, now: datetime) -> Taken:
    """Check and keep the files as drafts of this form; call it outside a transaction, decoding takes its time.

    Those brought before come first, and `room` is for all of them.
    """
    if sent.draft and sent.dropped:
        drop(Photo.objects.drafts(by, sent.draft).named(sent.dropped))
    draft = sent.draft or uuid.uuid4()
    kept = _drafts(by.pk, draft) if sent.draft else []
    ready, over = list(kept[:room]), tuple(kept[room:])
    refused = [NOT_ADDED.format(number=room + n, why=TOO_MANY) for n in range(1, len(over) + 1)]
    for number, file in enumerate(sent.files, len(kept) + 1):
        try:
            if len(ready) >= room:
                raise images.Refusal(TOO_MANY)
            ready.append(_draft(file, draft, by=by, stage=stage, now=now))
        except images.Refusal as refusal:
            refused.append(f"第{number}张照片没有收下：{refusal}。")
    return Taken(draft, tuple(ready), over, tuple(refused))


def missing(drafts: Sequence[Photo], there: Sequence[Photo]) -> list[Photo]:
    """The drafts that show what none of those that are there shows: of a form sent again, what is new."""
    return [draft for draft in drafts if not any(_are_same(draft, photo) for photo in there)]


def attach(
    photos: Sequence[Photo], ticket: Ticket, event: Event, *, stage: str, reporter: Reporter | None = None
) -> int:
    """Make the drafts photos of the ticket, within the verb's transaction; a draft used meanwhile is left alone."""
    if not photos:
        return 0
    drafts = Photo.objects.filter(pk__in=[photo.pk for photo in photos], ticket=None)
    return drafts.update(
        ticket=ticket, draft=None, stage=stage, round=ticket.round, event=event, reporter=reporter
    )


@transaction.atomic
def drop(photos: PhotoQuerySet) -> int:
    """Delete the rows, and the files once that is certain. What has become something else meanwhile stays.

    While a backup takes the photos, the files stay too: its rows are of the moment it began. The sweep comes by later.
    """
    held = list(photos.select_for_update(of=("self",)))
    Photo.objects.filter(pk__in=[photo.pk for photo in held]).delete()
    for photo in held if locks.take_shared(locks.Lock.PHOTOS) else ():
        transaction.on_commit(partial(photo_files.remove, photo.name))
    return len(held)


def sweep(*, now: datetime | None = None) -> int:
    """Remove drafts whose form never came back and files without a row; the number of both."""
    now = now or timezone.now()
    unused = drop(Photo.objects.unused(now - DRAFTS_KEPT))
    orphans = 0
    for found in photo_files.groups(before=now - GRACE):
        orphans += _remove_orphans(found)
    return unused + orphans


@transaction.atomic
def _remove_orphans(found: dict[str, list[Path]]) -> int:
    """Those without a row, unless a backup or a restore is at the photos: then the next sweep."""
    if not locks.take_shared(locks.Lock.PHOTOS):
        return 0
    known = set(Photo.objects.named(found).values_list("name", flat=True))
    for name in found.keys() - known:
        for file in found[name]:
            file.unlink(missing_ok=True)
    return len(found.keys() - known)


def _are_same(one: Photo, other: Photo) -> bool:
    return one.bytes == other.bytes and photo_files.are_same(one.name, other.name)


def _draft(file: UploadedFile, draft: uuid.UUID, *, by: User, stage: str, now: datetime) -> Photo:
    if not throttle.may_send_photo(by, now=now):
        raise images.Refusal(TOO_OFTEN)
    if (file.size or 0) > images.MOST_BYTES:
        raise images.Refusal(images.TOO_HEAVY)
    clean = images.clean(file.name or "", file.read())
    try:
        name = photo_files.keep(clean)
    except OSError as error:
        logger.error("A photo could not be stored: %s", type(error).__name__)
        raise images.Refusal(NO_ROOM) from None
    try:
        return Photo.objects.create(
            name=name,
            draft=draft,
            stage=stage,
            width=clean.width,
            height=clean.height,
            bytes=len(clean.large),
            by=by,
            at=now,
        )
    except DatabaseError:
        photo_files.remove(name)
        raise
