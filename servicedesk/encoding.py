"""Text is UTF-8 here, whatever encoding a sender names: what is none is refused by CleanRequests.

Django believes the name before any middleware runs, and answers 500 to one that decodes no text ("hex").
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_KIND = re.compile(r"\s*([\w.+/-]*)")
_BOUNDARY = re.compile(r";\s*(boundary=(?:\"[^\"]*\"|[^;\s]*))", re.IGNORECASE)


def utf8_only(application: Application) -> Application:
    """The same application, told of a body's type nothing but its kind and its boundary."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = _without_encoding(environ.get("CONTENT_TYPE", ""))
        return application(environ, start_response)

    return answer


def _without_encoding(content_type: str) -> str:
    kind, boundary = _KIND.match(content_type), _BOUNDARY.search(content_type)
    return "; ".join(found[1] for found in (kind, boundary) if found)
