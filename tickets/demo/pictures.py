"""Drawn pictures that stand for photos: a wall, a handrail, a pipe, each as it was and as it is afterwards.

Nobody's home is shown. They are written as the decoder would leave them, without its child process.
"""

import io
import uuid
from collections.abc import Callable
from datetime import datetime
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from accounts.models import User
from tickets import photo_files
from tickets.images import Clean
from tickets.models import Photo

SIZE, SMALL = (960, 720), (480, 360)
WALL, STAIN, DARK, METAL, WATER = "#d9d2c4", "#a88d5f", "#5b4a33", "#8b929a", "#6f9bb8"
Paint = Callable[[ImageDraw.ImageDraw, Random], None]


def draft(name: str, *, by: User, stage: str, now: datetime) -> Photo:
    """A photo on its way to a ticket, as a form would have brought it."""
    large = _draw(_PAINTERS[name])
    clean = Clean(*SIZE, _jpeg(large), _jpeg(large.resize(SMALL)))
    return Photo.objects.create(
        name=photo_files.keep(clean), draft=uuid.uuid4(), stage=stage, round=1, by=by, at=now,
        width=SIZE[0], height=SIZE[1], bytes=len(clean.large),
    )  # fmt: skip


def _draw(paint: Paint) -> Image.Image:
    image = Image.new("RGB", SIZE, WALL)
    paint(ImageDraw.Draw(image), Random(7))
    return image.filter(ImageFilter.GaussianBlur(1.6))


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def _blots(draw, rng, colour, *, count, reach=150) -> None:
    for _ in range(count):
        x, y, r = rng.gauss(480, reach), rng.gauss(330, reach * 0.7), rng.uniform(12, 60)
        draw.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=colour)


def _damp_wall(draw, rng) -> None:
    _blots(draw, rng, STAIN, count=70)
    _blots(draw, rng, "#8f7a55", count=25, reach=90)
    draw.line([(120, 80), (300, 260), (360, 430), (520, 610)], fill=DARK, width=4)


def _smooth_wall(draw, rng) -> None:
    _blots(draw, rng, "#e6e1d6", count=60, reach=190)
    draw.rectangle((0, 640, 960, 720), fill="#b6aa94")


def _pipe(draw, *, wet: bool) -> None:
    draw.rectangle((430, 0, 500, 720), fill=METAL)
    draw.rectangle((410, 300, 520, 380), fill="#6d747c" if wet else "#b9c0c7")
    if wet:
        draw.polygon([(505, 380), (560, 640), (470, 640)], fill=WATER)
        draw.ellipse((330, 610, 720, 700), fill=WATER)


def _rail(draw, *, is_loose: bool) -> None:
    for n in range(6):
        draw.rectangle((80 + n * 150, 560 - n * 60, 880, 720), fill=("#c4bcab", "#b3aa97")[n % 2])
    end = 250 if is_loose else 130
    draw.line([(60, 430), (480, 290), (900, end)], fill="#7a3b2e", width=22)
    for x, y in ((140, 405), (480, 290), (820, 270 if is_loose else 170)):
        draw.line([(x, y), (x, y + 190)], fill=METAL, width=12)


_PAINTERS: dict[str, Paint] = {
    "damp wall": _damp_wall,
    "smooth wall": _smooth_wall,
    "wet pipe": lambda draw, rng: _pipe(draw, wet=True),
    "dry pipe": lambda draw, rng: _pipe(draw, wet=False),
    "loose rail": lambda draw, rng: _rail(draw, is_loose=True),
    "firm rail": lambda draw, rng: _rail(draw, is_loose=False),
}
