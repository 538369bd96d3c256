"""QR codes as one SVG path, for slips and for papers on a station's wall."""

from dataclasses import dataclass
from itertools import groupby

import segno

_QUIET = 2  # modules around the QR code; the white of the paper adds the rest


@dataclass(frozen=True)
class QrCode:
    """One SVG path in a square of `size` modules."""

    path: str
    size: int


def qr_code(text: str) -> QrCode:
    """Medium correction: a crumpled slip is still read."""
    rows = list(segno.make(text, error="m", micro=False, boost_error=False).matrix_iter(border=_QUIET))
    return QrCode("".join(_runs(rows)), len(rows))


def _runs(rows):  # type: ignore[no-untyped-def]
    """Each dark run of a row as a rectangle."""
    for y, row in enumerate(rows):
        x = 0
        for dark, cells in groupby(row):
            width = len(list(cells))
            if dark:
                yield f"M{x} {y}h{width}v1h-{width}z"
            x += width
