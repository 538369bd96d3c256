"""Pictures made for the tests: honest ones, uploads, and photos that a ticket already has."""

import io
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from tickets import photo_files
from tickets.images import Clean
from tickets.models import Photo, Ticket


def picture(kind="JPEG", size=(64, 48), mode="RGB", colour="orange", **options) -> bytes:
    """An honest picture as a file."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).convert(mode).save(file, kind, **options)
    return file.getvalue()


def upload(name="照片.jpg", data: bytes | None = None, content_type="image/jpeg") -> SimpleUploadedFile:
    """What a browser sends in a file field."""
    return SimpleUploadedFile(name, picture() if data is None else data, content_type)


def photo_of(
    ticket: Ticket, *, by=None, stage="received", reporter=None, now: datetime | None = None
) -> Photo:
    """A photo that the ticket has, with its files."""
    large, small = picture(size=(640, 480)), picture(size=(48, 36))
    return Photo.objects.create(
        name=photo_files.keep(Clean(640, 480, large, small)),
        ticket=ticket,
        stage=stage,
        round=ticket.round,
        reporter=reporter,
        width=640,
        height=480,
        bytes=len(large),
        by=by,
        at=now or timezone.now(),
    )
