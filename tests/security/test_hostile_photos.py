"""Hostile files (SAFETY T-16): each is refused or comes out as a new picture, and the decoder stays small and short."""

import io
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from tests.leftovers import leftovers, notes
from tests.pictures import picture, upload
from tests.security.hostile_files import CLEANED, MARK, REFUSED, cases, jpeg_of_scans
from tickets import images
from tickets.image_child import MEMORY
from tickets.models import Photo

CASES = cases()
HEAVY = ("png that unpacks", "png with 200", "png of 100,000", "10 MB to", "jpeg of a thousand", "webp whose")
MOST_RESIDENT = 300 * 1024  # KiB
# Runs a command with a file as its input and says how much memory it had at its worst.
MEASURE = """
import resource, subprocess, sys
with open(sys.argv[1], "rb") as file:
    done = subprocess.run(sys.argv[2:], stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={})
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def outcome(name, data):
    """The two new pictures, or the refusal."""
    try:
        clean = images.clean(name, data)
    except images.Refusal as refusal:
        return refusal
    return clean.large, clean.small


def peak(command, data, tmp_path) -> int:
    """KiB of the command at its worst."""
    file = tmp_path / "file"
    file.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, file, *command], capture_output=True, check=True, text=True
    )
    return int(done.stdout)


def child(name, data):
    header = images.check(name, data)
    return [
        sys.executable, "-I", str(images.CHILD), header.kind, str(header.width), str(header.height),
    ]  # fmt: skip


def test_there_are_more_than_eighty_of_them():
    assert len(CASES) >= 80


def _weighed(name):
    """The heavy ones are left out of the quick tests."""
    return pytest.param(name, marks=pytest.mark.slow if name.startswith(HEAVY) else ())


@pytest.mark.parametrize("case", [_weighed(name) for name in CASES])
def test_hostile_file_is_refused_or_made_anew(case):
    name, expected, make = CASES[case]

    result = outcome(name, make())

    if isinstance(result, images.Refusal):
        assert expected != CLEANED, f"refused: {result}"
        return
    assert expected != REFUSED
    for data in result:
        assert MARK not in data
        assert (leftovers(data), notes(data)) == ([], [])
        assert max(Image.open(io.BytesIO(data)).size) <= 2048


@pytest.mark.slow
@pytest.mark.parametrize("case", [name for name in CASES if name.startswith(HEAVY)])
def test_decoder_stays_below_300_mib(case, tmp_path):
    name, _, make = CASES[case]
    data = make()

    assert peak(child(name, data), data, tmp_path) < MOST_RESIDENT


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "I;16", "CMYK"])
def test_forty_megapixels_of_every_kind_stay_below_300_mib(mode, tmp_path):
    kind, name = ("JPEG", "a.jpg") if mode == "CMYK" else ("PNG", "a.png")
    data = picture(kind, size=(7300, 5478), mode=mode)

    used = peak(child(name, data), data, tmp_path)

    assert used < MOST_RESIDENT
    assert isinstance(outcome(name, data), tuple)


@pytest.mark.slow
def test_measure_notices_a_decoder_without_limits(tmp_path):
    """Negative control: the plain library takes more for 81 megapixels."""
    data = picture("PNG", size=(9000, 9000))
    plain = [sys.executable, "-c", "import sys; from PIL import Image; Image.open(sys.stdin.buffer).load()"]

    assert peak(plain, data, tmp_path) > MOST_RESIDENT


@pytest.mark.parametrize("megapixels", [81, 169, 361])
def test_size_is_read_from_the_head_and_nothing_decoded(megapixels, monkeypatch):
    name, _, make = CASES[f"png of {megapixels} megapixels"]
    data = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    monkeypatch.setattr(images, "CHILD", Path("/nowhere"))

    refusal = outcome(name, data)

    assert str(refusal) == "超过4000万像素"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1024
    assert len(data) < 100_000


def test_child_limits_itself():
    program = (
        f"import runpy, sys; sys.argv = ['x', 'PNG', '1', '1']\n"
        f"try: runpy.run_path({str(images.CHILD)!r}, run_name='__main__')\n"
        f"except SystemExit: pass\n"
        f"import resource as r; print([r.getrlimit(l)[0] for l in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE)])"
    )

    done = subprocess.run([sys.executable, "-c", program], input=b"", capture_output=True, check=True)

    assert done.stdout.decode().strip() == f"[{MEMORY}, 10, 0]"


@pytest.mark.django_db
@pytest.mark.parametrize("case", [name for name in CASES if name.startswith(("name:", "jpeg and", "svg"))])
def test_nothing_of_a_hostile_file_reaches_the_folder_or_the_page(case, house, client_of, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    name, expected, make = CASES[case]
    form = {"words": "灯不亮", "submission_id": uuid.uuid4(), "photos": upload(name, make(), "text/html")}

    answer = client_of(house.volunteer).post(reverse("tickets:receive"), form, follow=True)

    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert answer.redirect_chain[0][1] == 302
    is_torn = '"' in name  # by the form's own quotes: what is left of the name decides
    assert Photo.objects.count() == (expected == CLEANED) or is_torn
    assert all(re.fullmatch(r"[0-9a-f]{40}(\.small)?\.jpg", path.name) for path in stored)
    assert all(path.parent.parent == tmp_path / "media" / "photos" for path in stored)
    assert not any(MARK in path.read_bytes() for path in stored)
    assert MARK not in answer.content


def test_killed_decoder_is_a_refusal():
    data = jpeg_of_scans(6000, 6000, 1000)
    killer = threading.Thread(target=_kill_child)
    killer.start()

    refusal = outcome("a.jpg", data)

    killer.join()
    assert str(refusal) == images.UNREADABLE


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(60)",
        "print('1 1 5 5')",
        "print('nonsense')",
        "bytearray(10**12)",
        "import nothing",
    ],
)
def test_hanging_or_babbling_decoder_is_a_refusal(program, monkeypatch, tmp_path):
    stand_in = tmp_path / "child.py"
    stand_in.write_text(program)
    monkeypatch.setattr(images, "CHILD", stand_in)
    monkeypatch.setattr(images, "WALL_SECONDS", 1)
    started = time.monotonic()

    refusal = outcome("a.jpg", picture())

    assert str(refusal) == images.UNREADABLE
    assert time.monotonic() - started < 20


def test_third_decoder_waits_and_then_gives_up(monkeypatch):
    monkeypatch.setattr(images, "WALL_SECONDS", 0.1)
    with images.AT_ONCE, images.AT_ONCE:
        refusal = outcome("a.jpg", picture())

    assert str(refusal) == images.TOO_BUSY
    monkeypatch.undo()
    assert isinstance(outcome("a.jpg", picture()), tuple)


def _kill_child():
    """As soon as the decoder is at work, kill it."""
    for _ in range(200):
        time.sleep(0.05)
        for pid in _children():
            if b"image_child.py" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
                return


def _children():
    """Of every thread of this process."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]
