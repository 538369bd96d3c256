"""Hostile files (SAFETY T-16): each is refused or comes out as a new picture, and the decoder stays small and short."""

import io
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from tests.leftovers import leftovers, notes
from tests.pictures import picture, upload
from tests.racing import PATIENCE, wait_until
from tests.security.hostile_files import CLEANED, MARK, REFUSED, cases
from tickets import images
from tickets.image_child import MEMORY
from tickets.models import Photo

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).resolve().parents[2]
CASES = cases()
HEAVY = ("png that unpacks", "png with 200", "png of 100,000", "10 MB to", "jpeg of a thousand", "webp whose")
MOST_RESIDENT = 300 * 1024  # KiB
FORTY_MEGAPIXELS = (7300, 5478)
# Of decoders that go the same way the quick run weighs one: the others are left to script/prove.
ALIKE = ("png with 200 MB of more words", "png with 200 MB of colours")
# Cleans the file like the product, leaves what comes out beside it, and says how much memory the decoder had at worst.
MEASURE = """
import resource, sys
from pathlib import Path
from tickets import images
file = Path(sys.argv[1])
try:
    clean = images.clean(file.name, file.read_bytes())
except images.Refusal as refusal:
    file.with_name("refusal").write_text(str(refusal))
else:
    file.with_name("large").write_bytes(clean.large)
    file.with_name("small").write_bytes(clean.small)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
# The same for the plain library, which has no limits.
PLAIN = """
from pathlib import Path
from tickets import images
images.CHILD, images.MOST_PIXELS = Path({child!r}), 10**9
"""


def outcome(name, data):
    """The two new pictures, or the refusal."""
    try:
        clean = images.clean(name, data)
    except images.Refusal as refusal:
        return refusal
    return clean.large, clean.small


def peak(program, name, data, tmp_path) -> int:
    """KiB that it names for this file."""
    file = tmp_path / name
    file.write_bytes(data)
    command = [sys.executable, "-c", program, file]
    done = subprocess.run(command, capture_output=True, check=True, text=True, cwd=CHECKOUT)
    return int(done.stdout)


def left_by_measure(tmp_path):
    """The outcome, as MEASURE left it."""
    refusal = tmp_path / "refusal"
    if refusal.exists():
        return images.Refusal(refusal.read_text())
    return (tmp_path / "large").read_bytes(), (tmp_path / "small").read_bytes()


def judge(result, expected):
    """Refused or made anew as expected, with nothing of the file left."""
    if isinstance(result, images.Refusal):
        assert expected != CLEANED, f"refused: {result}"
        return
    assert expected != REFUSED
    for data in result:
        assert MARK not in data
        assert (leftovers(data), notes(data)) == ([], [])
        assert max(Image.open(io.BytesIO(data)).size) <= 2048


def test_there_are_more_than_eighty_of_them():
    assert len(CASES) >= 80


@pytest.mark.parametrize("case", [name for name in CASES if not name.startswith(HEAVY)])
def test_hostile_file_is_refused_or_made_anew(case):
    name, expected, make = CASES[case]

    judge(outcome(name, make()), expected)


def _weighed(name, proved):
    return pytest.param(name, marks=[pytest.mark.prove] if name in proved else [])


@pytest.mark.parametrize("case", [_weighed(name, ALIKE) for name in CASES if name.startswith(HEAVY)])
def test_heavy_file_is_refused_or_made_anew_within_300_mib(case, tmp_path):
    name, expected, make = CASES[case]

    used = peak(MEASURE, name, make(), tmp_path)

    assert used < MOST_RESIDENT
    judge(left_by_measure(tmp_path), expected)


@pytest.mark.parametrize(
    "mode", [_weighed(mode, ("RGB", "P", "L", "I;16")) for mode in ("RGB", "RGBA", "P", "L", "I;16", "CMYK")]
)
def test_forty_megapixels_of_every_kind_stay_below_300_mib(mode, tmp_path):
    if mode == "CMYK":
        name, data = "a.jpg", picture(size=FORTY_MEGAPIXELS, mode=mode)
    else:
        name, data = "a.png", picture("PNG", size=FORTY_MEGAPIXELS, mode=mode, compress_level=1)

    used = peak(MEASURE, name, data, tmp_path)

    assert used < MOST_RESIDENT
    judge(left_by_measure(tmp_path), CLEANED)


def test_measure_notices_a_decoder_without_limits(tmp_path):
    """Negative control: the plain library takes more for 81 megapixels."""
    data, child = picture("PNG", size=(9000, 9000), compress_level=1), tmp_path / "child.py"
    child.write_text(
        "import io, sys; from PIL import Image; Image.open(io.BytesIO(sys.stdin.buffer.read())).load()"
    )

    used = peak(PLAIN.format(child=str(child)) + MEASURE, "a.png", data, tmp_path)

    assert used > MOST_RESIDENT


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


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    """`stand_in(program)` does the decoder's work from then on; its path."""

    def instead(program):
        path = tmp_path / "child.py"
        path.write_text(program)
        monkeypatch.setattr(images, "CHILD", path)
        return path

    return instead


def test_decoder_killed_at_work_is_a_refusal(stand_in, monkeypatch, tmp_path):
    """It says that it is at work and would not come to an end."""
    at_work = tmp_path / "at_work"
    child = stand_in(f"open({str(at_work)!r}, 'w'); import time; time.sleep({PATIENCE})")
    monkeypatch.setattr(images, "WALL_SECONDS", PATIENCE)
    killer = threading.Thread(target=_kill_child, args=(child, at_work))
    killer.start()

    refusal = outcome("a.jpg", picture())

    killer.join()
    assert str(refusal) == images.UNREADABLE
    assert at_work.exists()


def test_hanging_decoder_is_not_waited_for(stand_in, monkeypatch, tmp_path):
    ended = tmp_path / "ended"
    stand_in(f"import time; time.sleep(60); open({str(ended)!r}, 'w')")
    monkeypatch.setattr(images, "WALL_SECONDS", 1)

    refusal = outcome("a.jpg", picture())

    assert str(refusal) == images.UNREADABLE
    assert not ended.exists()


@pytest.mark.parametrize(
    "program", ["print('1 1 5 5')", "print('nonsense')", "bytearray(10**12)", "import nothing"]
)
def test_babbling_or_broken_decoder_is_a_refusal(program, stand_in):
    stand_in(program)

    assert str(outcome("a.jpg", picture())) == images.UNREADABLE


def test_third_decoder_waits_and_then_gives_up(monkeypatch):
    monkeypatch.setattr(images, "WALL_SECONDS", 0.1)
    with images.AT_ONCE, images.AT_ONCE:
        refusal = outcome("a.jpg", picture())

    assert str(refusal) == images.TOO_BUSY
    monkeypatch.undo()
    assert isinstance(outcome("a.jpg", picture()), tuple)


def _kill_child(child, at_work):
    """As soon as the decoder is at work, kill it."""
    wait_until(at_work.exists)
    for pid in _children():
        if bytes(child) in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)


def _children():
    """Of every thread of this process."""
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]
