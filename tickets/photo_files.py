"""The folder of the photos: the one place that knows where they lie, how they are named, written and taken away.

It lies outside the web root, and no address leads into it. A file is there whole or not at all; the row that names
it is written afterwards, so that a row never points to a missing file (a file without a row is swept up).
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tickets.images import Clean

NAME_BYTES = 20  # 160 bits: nobody guesses a photo's name
FILE_MODE, FOLDER_MODE = 0o640, 0o750
LARGE, SMALL = ".jpg", ".small.jpg"


def folder() -> Path:
    """Everything in it belongs to photos; a backup takes what the rows name."""
    return Path(settings.MEDIA_ROOT) / "photos"


def path(name: str, *, small: bool = False) -> Path:
    return folder() / name[:2] / f"{name}{SMALL if small else LARGE}"


def keep(photo: Clean) -> str:
    """Write both pictures under a new random name and return it. OSError where there is no room or no right."""
    name = secrets.token_hex(NAME_BYTES)
    try:
        put(path(name), photo.large)
        put(path(name, small=True), photo.small)
    except OSError:
        remove(name)
        raise
    return name


def are_same(name: str, other: str) -> bool:
    """Whether the two show the same: one file that was sent twice is made into the same bytes."""
    try:
        return path(name).read_bytes() == path(other).read_bytes()
    except OSError:
        return False


def remove(name: str) -> None:
    """Take both pictures away; what is not there is no error."""
    for small in (False, True):
        with suppress(OSError):
            path(name, small=small).unlink()


def groups(*, before: datetime) -> Iterator[dict[str, list[Path]]]:
    """Folder by folder, what lies there since before that moment: name → files, unfinished ones too."""
    for place in sorted(folder().glob("??")):
        found: dict[str, list[Path]] = {}
        for file in place.iterdir():
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < before.timestamp():
                    found.setdefault(file.name.partition(".")[0], []).append(file)
        yield found


def put(target: Path, data: bytes) -> None:
    """Beside its place first, and through to the disk: a power cut leaves no half picture under a good name."""
    for missing in (target.parent.parent, target.parent):
        missing.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".new", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), FILE_MODE)
            os.replace(file.name, target)
        except OSError:
            with suppress(OSError):
                os.unlink(file.name)
            raise
