"""The bytes of a file that was sent, kept in the database in pieces and read piece by piece."""

import io
from collections.abc import Iterable
from typing import Any

from tickets.models import LedgerImport, LedgerPart
from tickets.models.old_ledger import PART


def keep(ledger: LedgerImport, chunks: Iterable[bytes]) -> None:
    """No more than a piece of it is in memory at a time."""
    number, rest = 0, b""
    for chunk in chunks:
        rest += chunk
        while len(rest) >= PART:
            LedgerPart.objects.create(ledger=ledger, number=number, content=rest[:PART])
            number, rest = number + 1, rest[PART:]
    if rest:
        LedgerPart.objects.create(ledger=ledger, number=number, content=rest)


def opened(ledger: LedgerImport) -> io.BufferedReader:
    return io.BufferedReader(_Parts(ledger), buffer_size=PART)


class _Parts(io.RawIOBase):
    """A file that can be read and sought, of which one piece is in memory."""

    def __init__(self, ledger: LedgerImport):
        self._ledger, self._at = ledger, 0
        self._number, self._content = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._ledger.size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, within = divmod(self._at, PART)
        if number != self._number:
            content = self._ledger.parts.filter(number=number).values_list("content", flat=True).first()
            self._number, self._content = number, bytes(content or b"")
        piece = self._content[within : within + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
