"""How Chinese text becomes search terms: characters and character pairs for Han, whole words for the rest.

Two-character words are the commonest in Chinese, so pairs find them by index; see docs/decisions.
"""

import re
import unicodedata
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Lookup, TextField, Value

QUERY_LIMIT = 100
_RUN = re.compile(r"[a-z0-9]+|[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def terms(text: str) -> list[str]:
    """Every term under which the text can be found, sorted, each once."""
    found: set[str] = set()
    for run in _RUN.findall(_normalise(text)):
        found.update([run] if run.isascii() else [*run, *_pairs(run)])
    return sorted(found)


def query_terms(text: str) -> list[str]:
    """The terms that must all be present: pairs where a Han run has two characters, else the single one."""
    wanted: set[str] = set()
    for run in _RUN.findall(_normalise(text[:QUERY_LIMIT])):
        wanted.update([run] if run.isascii() or len(run) == 1 else _pairs(run))
    return sorted(wanted)


def vector(*texts: str) -> Func:
    """The expression to store in a SearchVectorField for these texts."""
    words = Value(terms(" ".join(texts)), output_field=ArrayField(TextField()))
    return Func(words, function="array_to_tsvector", output_field=SearchVectorField())


def _normalise(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


@SearchVectorField.register_lookup
class HasTerms(Lookup):
    """`search__has_terms=["漏水", "水管"]`: the vector holds every one of the terms."""

    lookup_name = "has_terms"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        query = " & ".join("'{}'".format(term.replace("'", "''")) for term in self.rhs)
        return f"{lhs} @@ %s::tsquery", (*params, query)
