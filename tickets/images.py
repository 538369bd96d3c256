"""Whether a file is a photo that we take, and what is kept of it: a new JPEG made by a child process with limits.

Size and kind are read from the header, nothing is decoded here (SAFETY UP-1…UP-4, UP-6). Knows no ticket and no
database; a refusal is a `Refusal` with the Chinese words for the person who sent the file.
"""

import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
WALL_SECONDS = 20
CHILD = Path(__file__).with_name("image_child.py")
# Each child may take 288 MB; whoever comes third waits for one of the two.
AT_ONCE = threading.BoundedSemaphore(2)

EXTENSIONS = {
    ".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG", ".png": "PNG", ".webp": "WEBP",
}  # fmt: skip
WRONG_KIND = "只收 JPEG、PNG、WebP 的照片"
TOO_HEAVY = f"超过{MOST_BYTES // 1024 // 1024}MB"
TOO_LARGE = f"超过{MOST_PIXELS // 10_000}万像素"
UNREADABLE = "打不开，文件可能坏了"
TOO_BUSY = "现在照片太多，处理不过来"

_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the SOF markers, which say how large a JPEG is
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length


class Refusal(Exception):
    """Not taken; str() says why, to follow after 第2张照片没有收下：."""


@dataclass(frozen=True)
class Header:
    """What the first bytes say; `kind` is the decoder's name for it."""

    kind: str
    width: int
    height: int


@dataclass(frozen=True)
class Clean:
    """Two JPEGs made anew, the large one of width × height."""

    width: int
    height: int
    large: bytes
    small: bytes


def clean(name: str, data: bytes) -> Clean:
    """The photo as it may be kept; `name` is only asked for its extension."""
    return decode(check(name, data), data)


def check(name: str, data: bytes) -> Header:
    """Extension and header agree and are within the limits; nothing has been decoded yet."""
    if len(data) > MOST_BYTES:
        raise Refusal(TOO_HEAVY)
    header = read_header(data)
    if header is None or EXTENSIONS.get(PurePosixPath(name.lower()).suffix) != header.kind:
        raise Refusal(WRONG_KIND)
    if not header.width or not header.height:
        raise Refusal(UNREADABLE)
    if header.width * header.height > MOST_PIXELS:
        raise Refusal(TOO_LARGE)
    return header


def decode(header: Header, data: bytes) -> Clean:
    """What the child makes of it. Its crash, its hanging, its end for want of memory are refusals."""
    if not AT_ONCE.acquire(timeout=WALL_SECONDS):
        raise Refusal(TOO_BUSY)
    try:
        return _parted(_run(header, data))
    finally:
        AT_ONCE.release()


def read_header(data: bytes) -> Header | None:
    """Kind, width and height as the first bytes declare them; None for anything but the three kinds."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR") and len(data) >= 24:
        return Header("PNG", *(int.from_bytes(data[at : at + 4], "big") for at in (16, 20)))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _jpeg(data: bytes) -> Header | None:
    """Walk from marker to marker to the one with the size; entropy-coded data only comes after it."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = (int.from_bytes(data[at + i : at + i + 2], "big") for i in (5, 7))
            return Header("JPEG", width, height)
        if marker == 0xFF:
            at += 1
        elif marker in _ALONE:
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return None


def _webp(data: bytes) -> Header | None:
    body = data[20:30]
    if len(body) < 10:
        return None
    match data[12:16]:
        case b"VP8X":
            return Header("WEBP", *(1 + int.from_bytes(body[at : at + 3], "little") for at in (4, 7)))
        case b"VP8L" if body[0] == 0x2F:
            bits = int.from_bytes(body[1:5], "little")
            return Header("WEBP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
        case b"VP8 " if body[3:6] == b"\x9d\x01\x2a":
            return Header("WEBP", *(int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8)))
    return None


def _run(header: Header, data: bytes) -> bytes:
    command = [sys.executable, "-I", "-B", str(CHILD), header.kind, str(header.width), str(header.height)]
    try:
        # No environment: nothing of ours is there to be read, and the locale maps no memory.
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=WALL_SECONDS, env={}, cwd="/", check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        raise Refusal(UNREADABLE) from None
    if done.returncode != 0:
        raise Refusal(UNREADABLE)
    return done.stdout


def _parted(output: bytes) -> Clean:
    line, _, pictures = output.partition(b"\n")
    try:
        width, height, large, small = map(int, line.split())
    except ValueError:
        raise Refusal(UNREADABLE) from None
    if len(pictures) != large + small:
        raise Refusal(UNREADABLE)
    return Clean(width, height, pictures[:large], pictures[large:])
