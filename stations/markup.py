"""HTML from a pattern and its parts, for chips and rows of which a page has hundreds.

The same as Django's format_html, without its look for translations at each part, which took a tenth of a list.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString

_SPECIAL = re.compile("[&<>\"']")


def fill(pattern: str, *parts: Any) -> SafeString:
    """The pattern with each `{}` replaced by its part, escaped unless that is safe already.

    The pattern must be a constant of the source: it is not escaped.
    """
    return SafeString(pattern.format(*map(_escaped, parts)))


def fill_each(pattern: str, rows: Iterable[tuple]) -> SafeString:
    """The pattern once for each row of parts."""
    return SafeString("".join([fill(pattern, *row) for row in rows]))


def _escaped(part: Any) -> str:
    if hasattr(part, "__html__"):
        return part.__html__()
    text = str(part)
    return escape(text) if _SPECIAL.search(text) else text  # to look takes half as long as to replace
