"""Which column of an old ledger is what: by what its heading is called, or as somebody said by hand.

A heading that nobody listed is said to be unused, never guessed at. Where two columns could be the same thing, the
one that is called nearest to our own word is it. What somebody says goes before all of that.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stations.refusals import Refused
from tickets.importing.headings import LABELS, MEANT, plain
from volunteers.importing.sheet import Row, Unread

MOST_COLUMNS = 100
HEAD_WITHIN = 10  # rows
FEWEST = 2  # headings that make a row the heading
LONGEST = 20  # characters of what may be a heading where none is known
SHOWN, LONGEST_KEY = 40, 60  # characters of a heading that are kept
TIME, WHAT = "received_at", ("words", "title")
NO_HEADINGS = (
    "没有找到表头。前10行里要有一行写着列名，至少有“收到时间”（或受理时间）和“内容”（或标题、诉求）。"
)
LACKS = "表头里没有{}。找到的列有：{}。请说明{}。"
OURS = ("行号", "为什么没有导入")  # what stands before the columns of the rows that are given back
WIDE = f"表头超过{MOST_COLUMNS}列。请只留要导入的列再传。"
TWICE = "表头里“{}”出现了两次，请说明用哪一列。"
TWO_FOR_ONE = "“{}”和“{}”都说是{}，只能有一列。"
NOT_THERE = "表里没有“{}”这一列。表里的列有：{}。"
AMBIGUOUS = "表里有{}列都叫“{}”，请写成“{}#2”这样，说明是第几个。"


@dataclass(frozen=True)
class Column:
    """One column of the file as it was understood; `field` is empty where it is not used.

    `key` names it among the columns of its file: 电话#2 is the second one called that.
    """

    place: int
    heading: str
    key: str
    field: str = ""

    @property
    def label(self) -> str:
        return LABELS.get(self.field, "")


@dataclass(frozen=True)
class Head:
    """The row of the headings, and what each column is. `is_by_hand`: somebody said so, now or of an earlier file."""

    line: int
    columns: tuple[Column, ...]
    is_by_hand: bool = False

    @property
    def signature(self) -> str:
        """The same for every file with these headings, in whatever order; also for its rows that were given back."""
        keys = {one.key for one in self.columns}
        keys -= put_before(keys)
        return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


class Unassigned(Refused):
    """The headings are there, and somebody has to say what they are; `head` as far as it is known."""

    def __init__(self, sentence: str, head: Head):
        super().__init__(sentence, "file")
        self.head = head


def put_before(keys: Iterable[str]) -> set[str]:
    """Of the keys of a file those of the columns that we put before the rows we give back; none of any other file."""
    ours = {f"{plain(heading)}#1" for heading in OURS}
    return ours if ours <= set(keys) else set()


def unused(columns: Sequence[Mapping[str, Any]]) -> list[str]:
    """The headings of a file, as it is kept, that are read as nothing; not of what we put there ourselves."""
    ours = put_before(column["key"] for column in columns)
    return [column["heading"] for column in columns if not column["label"] and column["key"] not in ours]


def find(
    above: Sequence[Row],
    by_hand: Mapping[str, str] | None = None,
    layouts: Mapping[str, Mapping[str, str]] | None = None,
) -> Head:
    """The row of the headings among the first rows, and its columns.

    `by_hand`: {heading or key: field, "" for unused}; `layouts`: what was said of earlier files, by their signature.
    Unassigned where something is missing that somebody can say, Refused where there are no headings.
    """
    names = by_hand or {}
    head = _row(above, names)
    if any(column.place >= MOST_COLUMNS for column in head.columns):
        raise Refused(WIDE, "file")
    said = {_key(name, head): field for name, field in names.items()}
    _not_two(said, head)
    earlier = {
        key: field
        for key, field in (layouts or {}).get(head.signature, {}).items()
        if key not in said and not (field and field in said.values())
    }
    return _filled(replace(head, is_by_hand=bool(said or earlier)), {**earlier, **said})


def _row(above: Sequence[Row], names: Mapping[str, str]) -> Head:
    """The row with all that is named; else the first with enough headings that are known or named; else the one that
    is most like it.
    """
    heads = [_head(number, values) for number, values in above[:HEAD_WITHIN]]
    named = {re.sub("#[0-9]+$", "", plain(name)) for name in names}
    best: tuple[int, Head | None] = (0, None)
    for head in heads:
        if named and named <= set(map(_bare, head.columns)):
            return head
    for head in heads:
        known = {
            MEANT.get(text, (text,))[0] for text in map(_bare, head.columns) if text in MEANT or text in named
        }
        if len(known) >= FEWEST:
            return head
        if known and len(known) > best[0] and len(head.columns) >= FEWEST:
            best = len(known), head
    return best[1] or _likely(above)


def _likely(above: Sequence[Row]) -> Head:
    """Where no heading is known: the first row of short words without a number, if anything stands below it."""
    for number, values in above[:HEAD_WITHIN]:
        head = _head(number, values)
        is_words = all(len(c.heading) <= LONGEST and not re.search("[0-9]", c.heading) for c in head.columns)
        is_last = number == above[-1][0]
        if is_words and len(head.columns) >= FEWEST and not is_last:
            return head
    raise Refused(NO_HEADINGS, "file")


def _head(number: int, values: Sequence[Any]) -> Head:
    seen: Counter[str] = Counter()
    columns = []
    for place, value in enumerate(values):
        if heading := _shown(value):
            bare = plain(heading)[:LONGEST_KEY]
            seen[bare] += 1
            columns.append(Column(place, heading[:SHOWN], f"{bare}#{seen[bare]}"))
    return Head(number, tuple(columns))


def _bare(column: Column) -> str:
    return column.key.rpartition("#")[0]


def _key(name: str, head: Head) -> str:
    """Of the column that somebody means: its key, its heading as it stands, or as headings are compared."""
    keys = [column.key for column in head.columns]
    if name in keys or plain(name) in keys:
        return name if name in keys else plain(name)
    exact = [column.key for column in head.columns if column.heading == name.strip()[:SHOWN]]
    found = exact or [column.key for column in head.columns if _bare(column) == plain(name)]
    if not found:
        raise Refused(NOT_THERE.format(name, _listed(head)), "file")
    if len(found) > 1:
        raise Refused(AMBIGUOUS.format(len(found), name, name), "file")
    return found[0]


def _not_two(said: Mapping[str, str], head: Head) -> None:
    first: dict[str, str] = {}
    for column in head.columns:
        field = said.get(column.key)
        if field and field in first:
            raise Refused(TWO_FOR_ONE.format(first[field], column.heading, LABELS[field]), "file")
        if field:
            first[field] = column.heading


def _filled(head: Head, said: Mapping[str, str]) -> Head:
    """What was said, then by name what nobody said anything of."""
    chosen = {field: column for column in head.columns if (field := said.get(column.key))}
    ranks = dict.fromkeys(chosen, -1)
    twice = ""
    for column in head.columns:
        field, rank = MEANT.get(_bare(column), ("", 0))
        if not field or column.key in said:
            continue
        if field in chosen and rank == ranks[field]:
            twice = twice or column.heading
        elif field not in chosen or rank < ranks[field]:
            chosen[field], ranks[field] = column, rank
    fields = {column.key: field for field, column in chosen.items()}
    columns = (replace(one, field=fields.get(one.key, "")) for one in head.columns)
    filled = replace(head, columns=tuple(columns))
    lack = TWICE.format(twice) if twice else lacking(fields.values(), _listed(head))
    if lack:
        raise Unassigned(lack, filled)
    return filled


def lacking(fields: Any, listed: str) -> str:
    """The sentence for what no ledger can do without and these fields have not; empty where nothing is missing."""
    missing = {} if TIME in fields else {"收到的时间": LABELS[TIME]}
    if not any(key in fields for key in WHAT):
        missing["反映的内容"] = LABELS[WHAT[0]]
    if not missing:
        return ""
    which = "，".join(f"哪一列是“{label}”" for label in missing.values())
    return LACKS.format(f"{'和'.join(missing)}{'这一列' if len(missing) == 1 else '这两列'}", listed, which)


def _listed(head: Head) -> str:
    return "、".join(column.heading for column in head.columns)[:200]


def _shown(value: Any) -> str:
    return "" if value is None or isinstance(value, Unread) else " ".join(str(value).split())
