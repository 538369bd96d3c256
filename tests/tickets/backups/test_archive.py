"""A backup that is cut, changed in one bit, of somebody else or of a newer product is not opened."""

import json
import zipfile

import pytest

from tickets.backups import archive
from tickets.backups.archive import CUT, DAMAGED, FOREIGN, GONE, NEWER, Unusable
from tickets.backups.manifest import Manifest, Table

FACTS = {
    "made_at": "2026-11-26T03:10:00+08:00",
    "receipt_key": "k",
    "migrations": (("tickets", "0001_tickets"),),
    "tables": (Table("tickets_ticket", ("id", "words"), 2),),
    "sequences": {"tickets_ticket_id_seq": 3},
    "photos": (),
    "missing": (),
}
ROWS, PICTURE = b"1\tone\n2\ttwo\n", b"\xff\xd8picture\xff\xd9"


def written(path, *, format=archive.FORMAT):
    with path.open("w+b") as file, archive.writing(file) as writer:
        with writer.member("tables/tickets_ticket", is_packed=True) as member:
            member.write(ROWS)
        with writer.member("photos/p.jpg", is_packed=False) as member:
            member.write(PICTURE)
        writer.finish(Manifest(format=format, members=writer.members, **FACTS))
    return path


def refusal(path):
    with pytest.raises(Unusable) as refused, archive.opened(path):
        pass
    return str(refused.value)


@pytest.fixture
def whole(tmp_path):
    return written(tmp_path / "backup.zip")


@pytest.fixture
def spoilt(tmp_path):
    """`spoilt(bytes)`: a file with these."""

    def write(data):
        (tmp_path / "spoilt.zip").write_bytes(data)
        return tmp_path / "spoilt.zip"

    return write


def test_whole_backup_says_what_is_in_it_and_gives_it(whole):
    with archive.opened(whole) as backup:
        assert (backup.manifest.tables, backup.manifest.sequences) == (FACTS["tables"], FACTS["sequences"])
        assert (backup.manifest.rows, backup.manifest.migrations) == (2, FACTS["migrations"])
        assert backup.read("tables/tickets_ticket") == ROWS
        assert backup.read("photos/p.jpg") == PICTURE


def test_any_program_can_open_it(whole):
    with zipfile.ZipFile(whole) as package:
        assert package.testzip() is None
        assert package.read("photos/p.jpg") == PICTURE


def test_any_one_byte_changed_is_refused(whole, spoilt):
    good = whole.read_bytes()
    sentences = set()

    for at in [*range(0, len(good), 3), len(good) - 1]:
        sentences.add(refusal(spoilt(good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1 :])))

    assert sentences == {FOREIGN, CUT, DAMAGED}


def test_any_shorter_file_is_refused(whole, spoilt):
    good = whole.read_bytes()

    sentences = {
        length: refusal(spoilt(good[:length])) for length in [*range(0, len(good), 7), len(good) - 1]
    }

    assert {sentence for length, sentence in sentences.items() if length > 60} == {CUT}
    assert set(sentences.values()) == {FOREIGN, CUT}


def test_longer_file_is_refused(whole, spoilt):
    assert refusal(spoilt(whole.read_bytes() + b"\n")) == CUT


def test_something_else_is_refused(spoilt, tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as package:
        package.writestr("manifest.json", "{}")

    assert refusal(tmp_path / "other.zip") == FOREIGN
    assert refusal(spoilt(b"")) == FOREIGN
    assert refusal(spoilt(b"-- PostgreSQL database dump" * 100)) == FOREIGN
    assert refusal(tmp_path / "nowhere.zip") == GONE
    assert refusal(tmp_path) == GONE


def test_newer_format_is_refused(tmp_path):
    assert refusal(written(tmp_path / "newer.zip", format=archive.FORMAT + 1)) == NEWER


def sealed(path, manifest):
    """A file that is whole, with these words for a manifest."""
    with path.open("w+b") as file, archive.writing(file) as writer:
        writer.zip.writestr(archive.MANIFEST, manifest)
        writer.zip.comment = archive.SEAL + b"0" * archive.HEX
        writer.zip.close()
        end = file.seek(-archive.HEX, 2)
        file.write(archive._digest_of(file, end).encode())
    return path


@pytest.mark.parametrize(
    "manifest", ["{}", "[]", "nonsense", '{"format": 1}', '{"format": "1"}', "[" * 100_000]
)
def test_sealed_file_that_is_no_backup_is_refused(tmp_path, manifest):
    assert refusal(sealed(tmp_path / "forged.zip", manifest)) == DAMAGED


TABLE = {"name": "tickets_ticket", "columns": ["id"], "rows": 2}


@pytest.mark.parametrize(
    "wrong",
    [
        {"members": []},
        {"members": {"tables/tickets_ticket": [1]}},
        {"members": {"tables/tickets_ticket": ["1", "sha"]}},
        {"migrations": [[["tickets"], "0001_tickets"]]},
        {"migrations": {"tickets": "0001_tickets"}},
        {"migrations": [["tickets", "0001_tickets"]] * 2},
        {"made_at": "yesterday"},
        {"made_at": 5},
        {"made_at": "2026-11-26T03:10:00"},
        {"made_at": "0001-01-01T00:00:00+08:00"},
        {"receipt_key": None},
        {"sequences": {"tickets_ticket_id_seq": "1; drop"}},
        {"sequences": {"tickets_ticket_id_seq": 1.5}},
        {"sequences": {"tickets_ticket_id_seq": 2**63}},
        {"sequences": {'x"; drop': 1}},
        {"tables": [{**TABLE, "name": "tickets_ticket\0"}]},
        {"tables": [{**TABLE, "columns": "id"}]},
        {"tables": [{**TABLE, "rows": True}]},
        {"tables": [{"name": "tickets_ticket"}]},
        {"tables": [TABLE, TABLE]},
        {"photos": [["p"]]},
        {"missing": ["unheard of"]},
        {"format": False},
        {"format": -1},
        {"more": 1},
    ],
    ids=str,
)
def test_manifest_of_another_form_is_refused(tmp_path, wrong):
    said = {**FACTS, "format": archive.FORMAT, "members": {}, "tables": [TABLE]}
    good = sealed(tmp_path / "good.zip", json.dumps(said))
    forged = sealed(tmp_path / "forged.zip", json.dumps({**said, **wrong}))

    with archive.opened(good) as backup:
        assert backup.manifest.tables
    assert refusal(forged) == DAMAGED
