"""How a place is read as people type it at a desk: the building, and whatever else was said.

Never guesses: a text that names no building, or could name two, stays whole.
"""

import re
from collections.abc import Sequence
from typing import Protocol

FULL_WIDTH = str.maketrans(
    "０１２３４５６７８９＃－　" + "".join(chr(c) for c in [*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]),
    "0123456789#- " + "".join(chr(c - 0xFEE0) for c in [*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]),
)
BETWEEN = " \t-－–—/、，,.。·・:：;；"
_SUFFIX = r"(?:栋|幢|号楼|座|#|号(?=[0-9\s\-/、，,.·:]|$))"
_NAME = re.compile(rf"(.*?)\s*{_SUFFIX}?$")
# A bare number is a building only where nothing is stuck to it: 2单元 and 3楼 are not.
_TYPED = re.compile(
    rf"\s*([A-Za-z]*[0-9]+|[A-Za-z]|[一二三四五六七八九十]+(?={_SUFFIX}))\s*({_SUFFIX}|(?=[\s\-/、，,.·:]|$))"
)
# Within a sentence only what can be nothing else: 3号车棚, 3楼 and 3座 are not.
_SAID = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]*[0-9]+|[一二三四五六七八九十]+)\s*(?:栋|幢|号楼)")
_CHINESE = {word: i for i, word in enumerate("一二三四五六七八九", 1)}


class Named(Protocol):
    """A building, or what is known of it."""

    @property
    def name(self) -> str: ...


def read_place(typed: str, buildings: Sequence[Named]) -> tuple[Named | None, str]:
    """The building of these and the rest: 24, 24栋, 24#, ２４ 502, 三栋2单元; (None, typed) if none is."""
    text = typed.translate(FULL_WIDTH)  # one character for one, so that the rest keeps what was typed
    found = _by_name(text, buildings) or _by_number(text, buildings)
    if found is None:
        return None, typed.strip()
    building, end = found
    return building, typed[end:].strip(BETWEEN)


def said_in(words: str, buildings: Sequence[Named]) -> Named | None:
    """The one building that a sentence speaks of: 我家3栋的水管; None where it names none of these, or two."""
    said = {_key(number) for number in _SAID.findall(words.translate(FULL_WIDTH))}
    if len(said) != 1:
        return None
    same = [building for building in buildings if _key(_bare(building.name)) in said]
    return same[0] if len(same) == 1 else None


def _by_name(text: str, buildings: Sequence[Named]) -> tuple[Named, int] | None:
    """The longest name the text begins with, unless a longer number goes on behind it."""
    start = len(text) - len(text.lstrip())
    for building in sorted(buildings, key=lambda b: -len(b.name)):
        end = start + len(building.name)
        if text[start:end] == building.name.translate(FULL_WIDTH) and not _runs_on(text, end):
            return building, end
    return None


def _runs_on(text: str, end: int) -> bool:
    before, after = text[end - 1], text[end : end + 1]
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


def _by_number(text: str, buildings: Sequence[Named]) -> tuple[Named, int] | None:
    typed = _TYPED.match(text)
    if not typed:
        return None
    wanted = _key(typed[1])
    same = [building for building in buildings if _key(_bare(building.name)) == wanted]
    return (same[0], typed.end()) if len(same) == 1 else None


def _bare(name: str) -> str:
    """24栋 without its 栋."""
    return _NAME.sub(r"\1", name.translate(FULL_WIDTH))


def _key(name: str) -> str:
    """03 and 三 are 3, a is A."""
    if name.isascii() and name.isdigit():
        return str(int(name))
    return str(_chinese(name)) if set(name) <= {*_CHINESE, "十"} and name else name.upper()


def _chinese(name: str) -> int:
    """Up to 九十九."""
    tens, ten, ones = name.rpartition("十")
    return (_CHINESE.get(tens, 1) * 10 if ten else 0) + _CHINESE.get(ones, 0)
