"""The broker in folders: a message is there whole or not at all, once, and a broken one harms no worker.

Kombu's own transport is the negative control throughout.
"""

import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path
from queue import Empty

import pytest
from django.conf import settings
from kombu import Connection

from servicedesk import folders
from servicedesk.celery import app

CHECKOUT = Path(__file__).resolve().parents[2]
STOCK, OURS = "filesystem", "servicedesk.folders:Transport"
NO_BODY = '{"properties": {"delivery_tag": "x"}}'
HALF = '{"body": "W1tdLCB7fSwg'
WRITERS, READERS, EACH = 3, 2, 150
START = """
import signal
import sys
from queue import Empty
from kombu import Connection
from tests.servicedesk.test_folders import message, options
signal.alarm(600)  # whoever waits for one that died ends too
channel = Connection("local://", transport=sys.argv[1], transport_options=options(sys.argv[2])).channel()
"""
WRITE = "for n in range(int(sys.argv[4])): channel._put('celery', message(f'{sys.argv[3]}-{n}'))"
READ = """
while True:
    try:
        found = channel._get("celery")["body"]
    except Empty:
        continue
    if found.strip() == "end":
        break
    print(found.strip())
"""
BIND = """
from contextlib import suppress
from pathlib import Path
for n in range(60):
    Path(sys.argv[2], f"{n}.{sys.argv[3]}").touch()
    while not all(Path(sys.argv[2], f"{n}.{other}").exists() for other in range(3)):
        pass
    with suppress(ValueError):  # where it read half a table: it is missing in the end
        channel._queue_bind(f"e{n}", "", "", sys.argv[3])
"""
LIMIT = 1024  # bytes: as much as the full disk still takes


def message(body, width=60_000):
    """Wide enough that a reader can come in between."""
    return {"body": body.ljust(width), "headers": {}, "properties": {"delivery_tag": body.strip()}}


def options(folder):
    names = ("control_folder", "processed_folder", "unreadable_folder")
    queue = {"data_folder_in": f"{folder}/queue", "data_folder_out": f"{folder}/queue"}
    return queue | {name: f"{folder}/{name.split('_')[0]}" for name in names}


def channel(transport, folder):
    for path in options(folder).values():
        Path(path).mkdir(exist_ok=True)
    return Connection("local://", transport=transport, transport_options=options(folder)).channel()


def broken(folder, content=HALF):
    """As kombu's writer leaves it for a moment, or for good where it dies."""
    path = folder / "queue" / "1_half.celery.msg"
    path.write_text(content)
    return path


def process(folder, script, *arguments, transport=OURS, **kwargs):
    command = [sys.executable, "-c", START + script, transport, str(folder), *map(str, arguments)]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, **kwargs)


def ended(process):
    process.communicate()
    return process.returncode


class Peeking:
    """Looks for messages while it is being written down as one."""

    def __init__(self, reader):
        self.reader, self.found = reader, None

    def __json__(self):
        try:
            self.found = self.reader._get("celery")
        except (Empty, ValueError) as error:
            self.found = type(error)
        return "peeked"


def test_broker_without_redis_is_ours_and_has_all_its_folders():
    with Connection(
        "folders://localhost", transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
    ) as line:
        assert isinstance(line.default_channel, folders.Channel)

    assert app.conf.broker_url == settings.CELERY_BROKER_URL
    assert all(Path(path).is_dir() for name, path in settings.IN_FOLDERS.items() if "folder" in name)


@pytest.mark.parametrize(("transport", "found"), [(OURS, Empty), (STOCK, ValueError)])
def test_message_is_not_seen_before_it_is_written(tmp_path, transport, found):
    writer, reader = channel(transport, tmp_path), channel(transport, tmp_path)
    peeking = Peeking(reader)

    writer._put("celery", {**message("whole"), "peeking": peeking})

    assert issubclass(peeking.found, found)


@pytest.mark.parametrize(
    "content",
    [
        HALF,
        "",
        "null",
        "[]",
        '"text"',
        "{}",
        '{"properties": null}',
        '{"properties": "delivery_tag"}',
        NO_BODY,
        "\ud800",
    ],
)
def test_broken_message_is_set_aside_and_the_next_is_read(tmp_path, caplog, content):
    reader = channel(OURS, tmp_path)
    (tmp_path / "queue" / "1_half.celery.msg").write_bytes(content.encode(errors="surrogatepass"))
    reader._put("celery", message("whole"))

    assert reader._get("celery")["body"].strip() == "whole"
    with pytest.raises(Empty):
        reader._get("celery")

    aside = tmp_path / "unreadable" / "1_half.celery.msg"
    assert aside.read_bytes() == content.encode(errors="surrogatepass")
    assert str(aside) in caplog.text
    assert not [*(tmp_path / "queue").iterdir(), *(tmp_path / "processed").iterdir()]


def test_kombu_dies_of_a_broken_message_and_loses_it(tmp_path):
    reader = channel(STOCK, tmp_path)
    half = broken(tmp_path)

    with pytest.raises(ValueError, match="Unterminated string"):
        reader._get("celery")

    assert not half.exists()


@pytest.mark.parametrize(("transport", "left"), [(OURS, []), (STOCK, [LIMIT])])
def test_full_disk_leaves_no_half_message(tmp_path, transport, left):
    channel(transport, tmp_path)
    full = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))}
    writer = process(tmp_path, WRITE, "a", 1, transport=transport, stderr=subprocess.PIPE, **full)

    _, said = writer.communicate()

    assert [path.stat().st_size for path in (tmp_path / "queue").iterdir()] == left
    assert ("Cannot add a message" in said) == (transport == OURS)


@pytest.mark.slow
def test_processes_that_write_and_read_at_once_lose_nothing_and_double_nothing(tmp_path):
    line = channel(OURS, tmp_path)
    readers = [process(tmp_path, READ) for _ in range(READERS)]
    writers = [process(tmp_path, WRITE, n, EACH) for n in range(WRITERS)]

    assert [ended(writer) for writer in writers] == [0] * WRITERS
    for _ in readers:
        line._put("celery", message("end"))
    read = Counter(name for reader in readers for name in reader.communicate()[0].split())

    assert [reader.returncode for reader in readers] == [0] * READERS
    assert read == Counter(f"{writer}-{n}" for writer in range(WRITERS) for n in range(EACH))
    assert not [*(tmp_path / "unreadable").iterdir(), *(tmp_path / "queue").iterdir()]


def test_messages_are_read_in_the_order_of_writing(tmp_path):
    line = channel(OURS, tmp_path)
    for n in range(12):
        line._put("celery", message(str(n)))

    assert [line._get("celery")["body"].strip() for _ in range(12)] == [str(n) for n in range(12)]


def test_queues_are_counted_emptied_and_read_apart(tmp_path):
    line = channel(OURS, tmp_path)
    for queue in ("b", "a.b", "a.b"):
        line._put(queue, message(queue))
    (tmp_path / "queue" / "1_draft.b.part").write_text(HALF)

    assert (line._size("b"), line._size("a.b")) == (1, 2)
    assert (line._purge("a.b"), line._get("b")["body"].strip()) == (2, "b")


@pytest.mark.slow
def test_processes_that_begin_to_listen_at_once_are_all_known(tmp_path):
    line = channel(OURS, tmp_path)
    processes = [process(tmp_path, BIND, n) for n in range(3)]

    assert [ended(each) for each in processes] == [0] * 3
    assert all({row.queue for row in line.get_table(f"e{n}")} == {*"012"} for n in range(60))


@pytest.mark.parametrize("act", ["_queue_bind", "_delete"])
def test_broken_table_of_who_listens_is_made_anew(tmp_path, act):
    line, stock = channel(OURS, tmp_path), channel(STOCK, tmp_path)
    table = tmp_path / "control" / "e.exchange"
    table.write_text('[["", ')

    with pytest.raises(ValueError, match="Expecting value"):
        stock._queue_bind("e", "", "", "mine")
    assert line.get_table("e") == []
    getattr(line, act)(*(("e", "", "", "mine") if act == "_queue_bind" else ("mine", "e", "", "")))

    assert [row.queue for row in line.get_table("e")] == (["mine"] if act == "_queue_bind" else [])
    assert (tmp_path / "unreadable" / "e.exchange").exists()
