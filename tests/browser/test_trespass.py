"""Every request of a full story in the browser, tried by everybody whose business it is not.

Before a form of the story goes through, people of another community, of another unit and nobody at all send the
same; and its own sender sends it with each id exchanged for the other community's. Pages are asked for likewise.
Nothing foreign may be read or written: no table changes, no word of the other side's matter stands in an answer.
"""

import io
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.access.walk import snapshot
from tests.browser.neighbours import ANSWER, FIRST_WORDS, QUESTION, SECOND_WORDS, Block, Story
from tests.factories import House
from tests.tickets.loop import claimed, dispatched
from tickets.models import Reporter

# What a refused request may leave behind: who is signed in, failed look-ups, the record of a refusal.
NOTED = {"django_session", "tickets_lookupfailure", "accounts_attempt", "accounts_auditentry"}
# A stranger's own desk takes the stranger's own request; that is no trespass, so it is not tried as a whole.
OWN_BUSINESS = {"tickets:receive", "tickets:hints"}
# Whatever these say, it is not about an object.
FREE = re.compile(r"^/(static|csp-report|large-print)|^/t/[\w-]{20,}/$")
THEIR_WORDS = "8栋顶楼天台门锁坏了"
THEIRS = (THEIR_WORDS, "钱老师", "13900007777")
OURS = (FIRST_WORDS, SECOND_WORDS, QUESTION, ANSWER, "王奶奶", "何先生", "13800001234", "13800005678")


@dataclass(frozen=True)
class Asked:
    """One request as the browser sent it."""

    method: str
    path: str
    data: dict

    @property
    def kind(self) -> tuple:
        """Tried once each: a form that says the same matter joins another one is not the form that files."""
        return self.method, self.path, frozenset(self.data)

    @property
    def words(self) -> str:
        """What the sender knows already."""
        return " ".join(str(value) for value in self.data.values())


@pytest.fixture
def house(transactional_db):
    return Block()


@pytest.fixture
def other(transactional_db):
    """Another community with a matter of its own."""
    house = House()
    ticket = house.receive(THEIR_WORDS, name="钱老师", phone="13900007777")
    dispatched(ticket, house)
    claimed(ticket, house)
    return house


class Sweep:
    """Stands between the story's pages and the server."""

    def __init__(self, house, other, page_of):
        self.house, self.other, self._page_of = house, other, page_of
        self.faults, self.tried, self.exchanged = [], [], 0
        self.strangers = {
            "nobody": None,
            "another community's volunteer": other.volunteer,
            "another community's lead": other.lead,
            "another community's staff": other.staff,
            "another community's dispatcher": other.dispatcher,
            "another community's secretary": other.secretary,
            "another unit": house.other_staff,
        }

    def page_of(self, user=None, **options):
        page = self._page_of(user, **options)
        page.route("**/*", lambda route: self._on_request(route, user))
        return page

    def _on_request(self, route, user):
        asked = read(route.request)
        if not FREE.search(asked.path) and asked.kind not in self.tried:
            self.tried.append(asked.kind)
            self._try_strangers(asked)
            if asked.method == "POST":
                self._try_exchanged(asked, user, route.request)
        route.continue_()

    def _try_strangers(self, asked):
        if any(asked.path == reverse(name) for name in OWN_BUSINESS):
            return
        for name, stranger in self.strangers.items():
            self._expect_nothing(asked, client_of(stranger), OURS, f"{name}: {asked.method} {asked.path}")

    def _try_exchanged(self, asked, user, request):
        """The sender's own request, but with one id of the other community in it."""
        for key, value, foreign in exchanges(asked, self.house, self.other):
            self.exchanged += 1
            data = {**asked.data, key: foreign} if key else asked.data
            path = asked.path if key else asked.path.replace(value, foreign)
            client = client_of(user)
            for cookie in re.findall(r"(\w+)=([^;]+)", request.headers.get("cookie", "")):
                client.cookies[cookie[0]] = cookie[1]
            self._expect_nothing(
                Asked("POST", path, data), client, THEIRS, f"own {path} with {key or 'path'}={foreign}"
            )

    def _expect_nothing(self, asked, client, secrets, who):
        before = snapshot()
        send = client.post if asked.method == "POST" else client.get
        answer = send(asked.path, copied(asked.data))
        after = snapshot()
        changed = {table for table in after if after[table] != before[table]} - NOTED
        leaked = [secret for secret in secrets if secret in said(answer) and secret not in asked.words]
        if changed or leaked or answer.status_code >= 500:
            self.faults.append(f"{who}: {answer.status_code} changed {changed}, read {leaked}")


def said(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


def client_of(user) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def read(request) -> Asked:
    parts = urlsplit(request.url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    body, kind = request.post_data_buffer or b"", request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        made = RequestFactory().post("/", data=body, content_type=kind)
        fields, files = MultiPartParser(made.META, io.BytesIO(body), []).parse()
        data = {**fields.dict(), **{name: file.read() for name, file in files.items()}}
    else:
        data = QueryDict(body).dict() if kind.startswith("application/x-www-form-urlencoded") else {}
    return Asked(request.method, path, {k: v for k, v in data.items() if k != "csrfmiddlewaretoken"})


def copied(data) -> dict:
    """Files anew for each try."""
    return {
        k: SimpleUploadedFile("a.jpg", v, "image/jpeg") if isinstance(v, bytes) else v
        for k, v in data.items()
    }


def exchanges(asked, house, other):
    """(field or "" for the path, our id, the other community's id) for every id that stands in the request."""
    ours, theirs = ids_of(house), ids_of(other)
    for kind, mine in ours.items():
        foreign = theirs[kind][0]
        for key, value in asked.data.items():
            if value in mine and FIELDS.get(key) == kind:
                yield key, value, foreign
        for number in mine if kind == "number" else ():
            if number in asked.path:
                yield "", number, foreign


FIELDS = {
    "unit": "unit",
    "desk": "station",
    "same_as": "number",
    "reporter": "reporter",
    "told_to": "reporter",
    "colleague": "colleague",
    "master": "number",
}


def ids_of(house) -> dict[str, list[str]]:
    """As a form carries them; both neighbours' stations are ours."""
    tickets = house.area.tickets.order_by("pk")
    return {
        "unit": [str(house.unit.pk)],
        "station": list(house.area.stations.order_by("pk").values_list("code", flat=True)),
        "colleague": [str(house.colleague.pk)],
        "number": [ticket.number for ticket in tickets],
        "reporter": [
            str(pk) for pk in Reporter.objects.filter(ticket__in=tickets).values_list("pk", flat=True)
        ],
    }


def test_nothing_foreign_is_read_or_written(page_of, house, other):
    sweep = Sweep(house, other, page_of)

    Story(house, sweep.page_of).play()

    assert sweep.faults == []
    posted = [path for method, path, _ in sweep.tried if method == "POST"]
    assert len(posted) >= 10 and sweep.exchanged >= 10


def test_trespass_is_found(page_of, house, other, monkeypatch):
    """Negative control: with every ticket in everybody's sight, the sweep sees strangers read it."""
    monkeypatch.setattr("tickets.models.scopes._seen_from", lambda post: Q(pk__isnull=False))
    sweep = Sweep(house, other, page_of)
    story = Story(house, sweep.page_of)

    story.first_neighbour_comes()
    story.worker_takes_it()

    assert any(FIRST_WORDS in fault for fault in sweep.faults)
