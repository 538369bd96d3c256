"""How the processes log: one JSON line per event on stderr, without personal data or links' secrets."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime

TOKEN = re.compile(r"(/t/)[^\s/?#\"']+")
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
QUERY = re.compile(r"\?[^\s\"']*")
# Control and direction characters that JSON leaves as they are: a terminal obeys, a reader is misled.
UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def redact(text: str) -> str:
    """Receipt links, mobile numbers and query strings never reach a log."""
    return QUERY.sub("?…", PHONE.sub("1**********", TOKEN.sub(r"\1…", text)))


class LineFormatter(logging.Formatter):
    """Exceptions are named with their places; their texts may quote what a person typed."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1]:
            line |= _describe(record.exc_info[1])
        return UNSEEN.sub(lambda hidden: f"\\u{ord(hidden[0]):04x}", json.dumps(line, ensure_ascii=False))


def _describe(error: BaseException) -> dict[str, str]:
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    kind = f"{type(error).__module__}.{type(error).__name__}"
    state = getattr(error.__cause__, "sqlstate", None) or getattr(error.__cause__, "pgcode", None)
    return {"error": f"{kind} {state}" if state else kind, "where": where}


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "servicedesk.log.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # A refused form or a mistyped address is no event; what went wrong on our side is.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "gunicorn.error": {"handlers": [], "level": "WARNING", "propagate": True},
        # Each HEAD of a link-preview robot would be a warning.
        "gunicorn.http.wsgi": {"level": "ERROR"},
        "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
