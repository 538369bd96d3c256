"""Finds whatever a JPEG carries besides its picture: notes, places, profiles, thumbnails, comments, tails.

Reads the segments itself; what is not needed to draw the picture is named.
"""

import io

from PIL import Image

NEEDED = {0xC0, 0xC2, 0xC4, 0xDB, 0xDD}  # frame, tables, restart interval
SOS, EOI, APP0 = 0xDA, 0xD9, 0xE0
WITHOUT_LENGTH = {0x00, *range(0xD0, 0xD8)}


def leftovers(data: bytes) -> list[str]:
    """One line for each thing that is no picture; empty is clean."""
    found = [] if data.startswith(b"\xff\xd8") else ["does not begin as a JPEG"]
    at = 2
    while at < len(data):
        marker, length = _segment(data, at)
        if marker == EOI:
            return found + ([f"{len(data) - at - 2} bytes behind the end"] if at + 2 != len(data) else [])
        found += _complaints(marker, data[at + 4 : at + 2 + length])
        at += 2 + length
        if marker == SOS:
            at = _after_scan(data, at)
    return [*found, "has no end"]


def notes(data: bytes) -> list[str]:
    """What Pillow knows of the picture beyond its size and colours."""
    with Image.open(io.BytesIO(data)) as image:
        harmless = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        return [*sorted(map(str, set(image.info) - harmless)), *map(str, image.getexif())]


def _segment(data, at):
    if data[at] != 0xFF or at + 4 > len(data) and data[at + 1 : at + 2] != b"\xd9":
        return 0, len(data)
    return data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")


def _complaints(marker, body):
    if marker in NEEDED or marker == SOS:
        return []
    if marker == APP0 and body.startswith(b"JFIF\0") and body[12:14] == b"\0\0":
        return []
    return [f"segment {marker:02x} {body[:12]!r}"]


def _after_scan(data, at):
    while at + 1 < len(data) and (data[at] != 0xFF or data[at + 1] in WITHOUT_LENGTH):
        at += 1
    return at
