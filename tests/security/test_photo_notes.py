"""No photo tells where it was taken (SAFETY T-17): thirty talkative ones go in by every way, none comes out."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.leftovers import leftovers, notes
from tests.security.carried_notes import CORNERS, corners, talkative, thirty
from tests.tickets.loop import claimed as claimed_by_staff
from tests.tickets.loop import dispatched, ticket_in
from tickets import images, photo_files
from tickets.models import Photo, Ticket
from tickets.states import Status


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def send_by_every_way(house, client_of, uploads):
    """Six with a refused form and six with it when it comes again, six each later, with answer and with result."""
    desk, worker = client_of(house.volunteer), client_of(house.staff)
    form = {"words": "", "submission_id": uuid.uuid4(), "photo_draft": uuid.uuid4()}
    desk.post(reverse("tickets:receive"), {**form, "photos": uploads[:6]})
    desk.post(reverse("tickets:receive"), {**form, "words": "灯不亮"})
    ticket, now = Ticket.objects.get(), timezone.now()
    dispatched(ticket, house, now)
    claimed_by_staff(ticket, house, now)
    answer = {"solvable": "no", "words": "没有配件", "told": "slip"}
    worker.post(reverse("tickets:reply", args=[ticket.number]), {**answer, "photos": uploads[6:12]})
    result = {"outcome": "solved", "words": "换好了", "photos": uploads[12:18]}
    worker.post(reverse("tickets:resolve", args=[ticket.number]), result)
    other = ticket_in(Status.CLAIMED, house, now)
    worker.post(
        reverse("tickets:photos", args=[other.number]),
        {"stage": "received", "photos": uploads[18:24], "key": uuid.uuid4()},
    )
    again = {**form, "words": "又一件", "submission_id": uuid.uuid4(), "photo_draft": uuid.uuid4()}
    desk.post(reverse("tickets:receive"), {**again, "photos": uploads[24:]})


@pytest.mark.slow
def test_thirty_photos_by_every_way_keep_nothing_but_the_picture(house, client_of):
    send_by_every_way(house, client_of, thirty())

    kept = list(Photo.objects.all())
    stored = [photo_files.path(p.name, small=small).read_bytes() for p in kept for small in (False, True)]
    assert (len(kept), {p.ticket is None for p in kept}) == (30, {False})
    assert set(Photo.objects.values_list("stage", flat=True)) == {*Photo.Stage.values}
    assert [leftovers(data) + notes(data) for data in stored] == [[]] * 60
    assert not any(b"CANARY" in data for data in stored)
    assert [corners(data) for data in stored] == [[*CORNERS]] * 60


@pytest.mark.parametrize("turn", range(1, 9))
def test_photo_stands_upright_however_the_camera_was_held(turn):
    clean = images.clean("a.jpg", talkative(turn))

    assert (clean.width, clean.height) == (320, 200)
    assert corners(clean.large) == corners(clean.small) == [*CORNERS]


def test_search_for_notes_finds_each_kind():
    """Negative control: what the thirty carry is seen before they are cleaned."""
    found, known = leftovers(talkative(6)), notes(talkative(6))

    for kind in (
        "e1 b'Exif",
        "e1 b'http://ns.ad",
        "e2 b'ICC_PROFILE",
        "ed b'Photoshop",
        "ea b'CANARY",
        "fe b'CANARY",
    ):
        assert any(kind in line for line in found), f"{kind} not in {found}"
    assert {"exif", "icc_profile", "xmp", "comment", "photoshop", "274", "34853"} <= {*known}
    assert corners(talkative(3)) != [*CORNERS]
    assert leftovers(talkative() + b"tail")[-1] == "4 bytes behind the end"
    assert leftovers(talkative()[:-2])[-1] == "has no end"
