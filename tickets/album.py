"""How the photos of a ticket are shown: by stage and round, before and after beside each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from stations import saying
from tickets.models import Photo
from tickets.permissions import may_remove_photo

_ORDER = list(Photo.Stage)


@dataclass(frozen=True)
class Shot:
    """One photo: where it and its small copy are, what it is for who cannot see it, and who brought it."""

    url: str
    alt: str
    caption: str
    remove_url: str = ""

    @property
    def small_url(self) -> str:
        return f"{self.url}?small=1"


@dataclass(frozen=True)
class Group:
    label: str
    shots: list[Shot]


def album(photos: Iterable[Photo], *, user: User, now: datetime) -> list[Group]:
    """For staff, with names and with the way to take one away."""
    may_remove = _Removing(user, now)
    return _groups(photos, lambda photo, alt: _staff_shot(photo, alt, may_remove(photo), now))


def receipt_album(photos: Iterable[Photo]) -> list[Group]:
    """For the resident: under the receipt's own address, without a name of staff."""
    return _groups(
        photos, lambda photo, alt: Shot(reverse("tickets:receipt_photo", args=[photo.name]), alt, "")
    )


def _groups(photos, shot) -> list[Group]:
    ordered = sorted(photos, key=_place)
    return [_group(list(shown), shot) for _, shown in groupby(ordered, key=_place)]


def _place(photo: Photo) -> tuple[int, int]:
    return photo.round, _ORDER.index(Photo.Stage(photo.stage))


def _group(photos: list[Photo], shot) -> Group:
    label, count = photos[0].get_stage_display(), len(photos)
    label = f"第{photos[0].round}轮{label}" if photos[0].round > 1 else label
    alts = [f"{label}的照片" + (f"，第{n}张，共{count}张" if count > 1 else "") for n in range(1, count + 1)]
    return Group(label, [shot(photo, alt) for photo, alt in zip(photos, alts, strict=True)])


class _Removing:
    """Whether this person may take a photo away: asked once of all that one person brought to a ticket on one day."""

    def __init__(self, user: User, now: datetime):
        self.user, self.now = user, now
        self.answers: dict[tuple[object, ...], bool] = {}

    def __call__(self, photo: Photo) -> bool:
        alike = (photo.ticket_id, photo.by_id, timezone.localdate(photo.at))
        if alike not in self.answers:
            self.answers[alike] = may_remove_photo(self.user, photo, now=self.now).allowed
        return self.answers[alike]


def _staff_shot(photo: Photo, alt: str, removable: bool, now: datetime) -> Shot:
    caption = f"{photo.by.name} {saying.moment(photo.at, now=now)}" if photo.by else ""
    remove_url = _remove_url(photo) if removable else ""
    return Shot(reverse("tickets:photo", args=[photo.name]), alt, caption, remove_url)


def _remove_url(photo: Photo) -> str:
    """With the ticket's number, for when somebody else has taken it away meanwhile."""
    number = photo.ticket.number if photo.ticket else ""
    return f"{reverse('tickets:photo_remove', args=[photo.name])}?{urlencode({'ticket': number})}"
