"""The product as it is, behind a door for ../shared/bench: /as/WHO/… is the page … for somebody signed in.

`desk` takes the twenty stations in turn and gives every form a number and a matter of its own, as twenty pages
would; TICKET stands for the busiest ticket in hand, and a form is fetched from the page that shows it.
"""

import io
import itertools
import os
import random
import uuid
from urllib.parse import quote

from bench import place

place.prepare()

from django.conf import settings  # noqa: E402

from servicedesk.wsgi import application as product  # noqa: E402
from tickets.models import Ticket  # noqa: E402

STATIONS = 20
HAN = [quote(chr(point)) for point in range(0x4E00, 0x9FA5)]  # as a browser sends it
SHOWN_ON = {"/desk/receive/": "/desk/", "/tickets/search/": "/tickets/"}
turns = itertools.count(os.getpid())
ticket = Ticket.objects.get(submission_id=place.BUSIEST).number


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path.startswith("/as/"):
        _, _, who, path = path.split("/", 3)
        _let_in(environ, who, f"/{path}".replace("TICKET", ticket))
    return product(environ, start_response)


def _let_in(environ, who, path):
    desk = 1 + next(turns) % STATIONS
    name = f"desk{desk}" if who == "desk" else who
    mine = f"{settings.SESSION_COOKIE_NAME}={place.session_key(name)}"
    environ["HTTP_COOKIE"] = "; ".join(filter(None, [environ.get("HTTP_COOKIE"), mine]))
    is_post = environ["REQUEST_METHOD"] == "POST"
    environ["PATH_INFO"] = path if is_post else SHOWN_ON.get(path, path)
    if is_post and who == "desk":
        _fill_in(environ, desk=f"CS{desk:02d}", submission_id=uuid.uuid4(), words=_matter())


def _matter():
    """Seventy characters that make no sense, so that no two are taken for the same matter."""
    return "".join(random.choices(HAN, k=70))


def _fill_in(environ, **fields):
    """What the page of that desk would have carried; of a field that is sent twice the last one counts."""
    sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
    body = "&".join([sent, *(f"{name}={value}" for name, value in fields.items())]).encode()
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
