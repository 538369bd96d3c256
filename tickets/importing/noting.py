"""What is written down (操作记录) of an old ledger: who read it as what, imported it, took its faulty rows along.

Of a file only its name, its headings and counts: never what stands in a cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts import audit
from accounts.models import AuditEntry, Post, User
from tickets.importing.headings import LABELS, MEANT, plain
from tickets.models import LedgerImport

MOST_NAME, MOST_HEADING, MOST_TOLD = 60, 20, 180  # characters


def imported(ledger: LedgerImport, *, by: User, now: datetime) -> None:
    told = f"{_name(ledger)}，{ledger.ready}行，导入到{ledger.station}"
    _note(AuditEntry.Action.LEDGER_IMPORTED, told, ledger, by, now)


def taken(ledger: LedgerImport, *, by: User, now: datetime) -> None:
    """Somebody takes the rows along that could not be taken, with whatever stands in them."""
    told = f"旧台账里没有导入的{ledger.faults.count()}行（{_name(ledger)}）"
    _note(AuditEntry.Action.EXPORTED, told, ledger, by, now)


def assigned(
    ledger: LedgerImport,
    before: Sequence[Mapping[str, Any]],
    words_before: Mapping[str, str | None],
    *,
    by: User,
    now: datetime,
) -> None:
    """Somebody said what columns are, or what words for satisfaction count as; `before`: how it was read till then.

    Nothing where it is read as it was.
    """
    told = list(_columns(before, ledger.columns))
    changed = {word for word, _ in set(ledger.ratings.items()) ^ set(words_before.items())}
    if changed:
        told.append(f"选了{len(changed)}种评价算什么")
    if told:
        _note(AuditEntry.Action.LEDGER_READ, f"{_name(ledger)}，{_listed(told)}", ledger, by, now)


def _columns(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """In a row of which not one heading is known there may be anything, so that its columns are told by number."""
    is_head = any(plain(column["heading"]) in MEANT for column in after)
    for old, new in zip(before, after, strict=True):
        if old["field"] != new["field"]:
            shown = f"“{new['heading'][:MOST_HEADING]}”" if is_head else f"第{new['place'] + 1}列"
            yield f"{shown}读成{LABELS[new['field']]}" if new["field"] else f"{shown}不用"


def _listed(told: Sequence[str]) -> str:
    """As many as there is room for, and how many there are."""
    shown: list[str] = []
    for one in told:
        if len("，".join([*shown, one])) > MOST_TOLD - MOST_NAME:
            return f"{'，'.join(shown)}等{len(told)}处"
        shown.append(one)
    return "，".join(shown)


def _name(ledger: LedgerImport) -> str:
    return ledger.file_name[-MOST_NAME:]


def _note(action: str, told: str, ledger: LedgerImport, by: User, now: datetime) -> None:
    post = next((post for post in by.posts_as(Post.Role.DISPATCHER) if post.area_id == ledger.area_id), None)
    audit.record(action, actor=by, post=post, area=ledger.area, detail=told, now=now)
