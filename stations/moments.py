"""A moment given to a command: `--now 2026-11-24T10:00+08:00`."""

from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone


def moment(text: str) -> datetime:
    """An aware datetime; without an offset in local time. CommandError with a sentence for anything else."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"看不懂的时间：{text}。请写成 2026-11-24T10:00+08:00。") from None
    return read if timezone.is_aware(read) else timezone.make_aware(read)
