"""The file of a backup: what lies in it, and whether it is whole. Knows nothing of the database.

A zip, which any machine can open in an emergency: the manifest lists every member with its size and SHA-256, and the
last bytes of the file seal all that is before them. Whoever opens it reads it to its end first; a file that is cut,
changed in one bit, of somebody else or of a newer product is Unusable, with the sentence for a person.
The seal finds damage. It does not prove who made the file: keep backups where nobody else may write.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, BinaryIO

from stations.refusals import Refused
from tickets.backups.manifest import Manifest, believed

FORMAT = 1
MARK = b"servicedesk-backup"  # the name of the first member, so that the file begins with it
MANIFEST = "manifest.json"
SEAL = b"servicedesk-backup sha256 "
HEX = 64
NAME_AT = 30  # where a zip keeps the name of its first member
PIECE = 1024 * 1024
LOOK_EVERY = 16 * PIECE

UNTOUCHED = "没有动任何数据。"
GONE = f"找不到备份文件，或者不能读。{UNTOUCHED}"
FOREIGN = f"这不是社区服务台的备份文件。{UNTOUCHED}"
CUT = f"备份文件不完整，可能没有复制完。请重新复制，或者换一个备份。{UNTOUCHED}"
DAMAGED = f"备份文件已经损坏，校验不符。请重新复制，或者换一个备份。{UNTOUCHED}"
NEWER = f"这个备份是更新版本的软件做的。请先更新软件，再恢复。{UNTOUCHED}"


class Unusable(Refused):
    """A file that nothing is restored from."""


class Digest:
    """Passes bytes on to a member, or from one, and knows their number and SHA-256."""

    def __init__(self, stream: IO[bytes], look: Callable[[], None] | None = None):
        self.stream, self.look = stream, look
        self.bytes, self.sha = 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        if self.look and self.bytes // LOOK_EVERY < (self.bytes + len(data)) // LOOK_EVERY:
            self.look()
        self._count(data)
        return self.stream.write(data)

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self._count(data)
        return data

    def _count(self, data: bytes) -> None:
        self.bytes += len(data)
        self.sha.update(data)

    @property
    def facts(self) -> tuple[int, str]:
        return self.bytes, self.sha.hexdigest()


class Writer:
    """Writes a backup into an open file (`writing`): `member` any number of times, then `finish` once."""

    def __init__(self, file: BinaryIO, package: zipfile.ZipFile, look: Callable[[], None]):
        self.file, self.zip, self.look = file, package, look
        self.members: dict[str, tuple[int, str]] = {}

    @contextmanager
    def member(self, name: str, *, is_packed: bool) -> Iterator[Digest]:
        self.look()
        entry: Any = name if is_packed else zipfile.ZipInfo(name)
        with self.zip.open(entry, "w", force_zip64=True) as stream:
            digest = Digest(stream, self.look)
            yield digest
        self.members[name] = digest.facts

    def finish(self, manifest: Manifest) -> None:
        words = json.dumps(asdict(manifest), ensure_ascii=False)
        self.zip.writestr(MANIFEST, words)
        self.zip.comment = SEAL + b"0" * HEX
        self.zip.close()
        end = self.file.seek(-HEX, 2)
        self.file.write(_digest_of(self.file, end).encode())


@contextmanager
def writing(file: BinaryIO, look: Callable[[], None] = lambda: None) -> Iterator[Writer]:
    """`look` is called now and then, and may raise to give up before the disk is full."""
    package = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
    try:
        package.writestr(zipfile.ZipInfo(MARK.decode()), b"")
        yield Writer(file, package, look)
    finally:
        package.fp = None  # what was given up is finished by nobody, not by the zip's own end either


class Backup:
    """A backup that was read to its end and is whole; the file stays open, so that it is the same one."""

    def __init__(self, package: zipfile.ZipFile, manifest: Manifest):
        self.package, self.manifest = package, manifest

    @contextmanager
    def member(self, name: str) -> Iterator[Digest]:
        """Its bytes; Unusable at the end where they are not those of the manifest."""
        with _as_damage(), self.package.open(name) as stream:
            digest = Digest(stream)
            yield digest
            if digest.facts != self.manifest.members[name]:
                raise Unusable(DAMAGED)

    def read(self, name: str) -> bytes:
        with self.member(name) as digest:
            return digest.read()


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """The backup in this file, every byte of it checked; raises Unusable."""
    try:
        file = path.open("rb")
    except OSError:
        raise Unusable(GONE) from None
    with file:
        _check_seal(file)
        with _as_damage(), zipfile.ZipFile(file) as package:
            manifest = _manifest(package)
            backup = Backup(package, manifest)
            _check_members(backup)
        with zipfile.ZipFile(file) as package:
            yield Backup(package, manifest)


def _check_seal(file: BinaryIO) -> None:
    if not file.read(NAME_AT + len(MARK)).endswith(MARK):
        raise Unusable(FOREIGN)
    size = file.seek(0, 2)
    file.seek(max(0, size - HEX - len(SEAL)))
    seal = file.read()
    if not seal.startswith(SEAL):
        raise Unusable(CUT)
    if _digest_of(file, size - HEX).encode() != seal.removeprefix(SEAL):
        raise Unusable(DAMAGED)


def _digest_of(file: BinaryIO, end: int) -> str:
    """SHA-256 of the bytes before `end`; leaves the file there."""
    sha, left = hashlib.sha256(), end
    file.seek(0)
    while left:
        data = file.read(min(PIECE, left))
        sha.update(data)
        left -= len(data)
    file.seek(end)
    return sha.hexdigest()


def _manifest(package: zipfile.ZipFile) -> Manifest:
    said = json.loads(package.read(MANIFEST))
    if said["format"] > FORMAT:
        raise Unusable(NEWER)
    return believed(said)


def _check_members(backup: Backup) -> None:
    """Each once, none more and none less than the manifest says, with the bytes it says."""
    listed = sorted([MARK.decode(), MANIFEST, *backup.manifest.members])
    if sorted(backup.package.namelist()) != listed:
        raise Unusable(DAMAGED)
    for name in backup.manifest.members:
        with backup.member(name) as digest:
            while digest.read(PIECE):
                pass


@contextmanager
def _as_damage() -> Iterator[None]:
    """A sealed file that cannot be read as a backup was made by no product of ours."""
    try:
        yield
    except Unusable:
        raise
    except (ValueError, KeyError, TypeError, EOFError, RuntimeError, OSError, zipfile.BadZipFile, zlib.error):
        raise Unusable(DAMAGED) from None
