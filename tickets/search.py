"""How Chinese text becomes search terms: character pairs for Han, whole words for the rest.

Two-character words are the commonest in Chinese, so pairs find them by index; one character is the beginning of
pairs, or the last of its run, which is stored too. See docs/decisions.
"""

import re
import unicodedata
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import F, Func, IntegerField, Lookup, TextField, Value
from django.db.models.expressions import CombinedExpression

QUERY_LIMIT = 100
# Said of every matter: they make no two alike.
EMPTY = frozenset(
    "单元 我家 我们 家里 请派 派人 人来 来看 看看 看一 一下 没有 不能 今天 昨天 早上 晚上 现在 已经 需要 "
    "希望 反映 居民 小区 号楼 这个 那个 有人 一直 麻烦 谢谢 尽快 处理 解决 问题 情况 附近 旁边".split()
)
# PostgreSQL takes no term of more than 2,046 bytes: a word without end is several.
_RUN = re.compile(r"[a-z0-9]{1,100}|[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def terms(text: str) -> list[str]:
    """Every term under which the text can be found, sorted, each once."""
    found: set[str] = set()
    for run in _RUN.findall(_normalise(text)):
        found.update([run] if run.isascii() else [*_pairs(run), run[-1]])
    return sorted(found)


def one_line(text: str) -> str:
    """What somebody typed to search for, as all that follows takes it."""
    return " ".join(text.split())[:QUERY_LIMIT]


def has_digit(text: str) -> bool:
    """Without one it is neither a telephone nor the end of a number."""
    return any(character.isdigit() for character in text)


def query(text: str) -> str:
    """What a vector must match, in PostgreSQL's notation; empty where there is nothing in it to search for.

    Of a run of Han its pairs, or what begins with the character if it is one.
    """
    wanted: set[str] = set()
    for run in _RUN.findall(_normalise(text)):
        wanted.update([f"'{run}'"] if run.isascii() else _wanted(run))
    return " & ".join(sorted(wanted))


def telling_pairs(text: str) -> list[str]:
    """The pairs of Han characters by which two texts are compared, without those that any text may have."""
    found: set[str] = set()
    for run in _RUN.findall(_normalise(text)):
        found.update(() if run.isascii() else _pairs(run))
    return sorted(found - EMPTY)


def shared(column: str, pairs: list[str]) -> CombinedExpression:
    """How many of the pairs are in the column's vector."""
    given = Value(pairs, output_field=ArrayField(TextField()))
    others = Func(F(column), given, function="ts_delete", output_field=SearchVectorField())
    return size(column) - size(others)


def size(vector: Any) -> Func:
    """How many terms a vector has."""
    return Func(vector, function="length", output_field=IntegerField())


def vector(*texts: str) -> str:
    """What a SearchVectorField stores for these texts, in PostgreSQL's notation: no term needs quotes there."""
    return " ".join(terms(" ".join(texts)))


def _normalise(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _wanted(run: str) -> list[str]:
    return [f"'{pair}'" for pair in _pairs(run)] or [f"'{run}':*"]  # no term has quotes in it


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


@SearchVectorField.register_lookup
class Matches(Lookup):
    """`search__matches=query("漏水")`: the vector holds every one of the terms."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} @@ %s::tsquery", (*params, self.rhs)
