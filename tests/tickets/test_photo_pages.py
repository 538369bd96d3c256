"""Who sees which photo, and how it is handed out: asked anew on each request."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import House
from tests.pictures import photo_of, upload
from tests.tickets.loop import joined, neighbour, second_reporter, ticket_in
from tickets import photo_files, receipts, workflow
from tickets.models import Photo, Receipt, Reporter
from tickets.states import Status

Stage = Photo.Stage


@pytest.fixture
def claimed(house):
    return ticket_in(Status.CLAIMED, house, timezone.now())


def page(photo, route="photo"):
    return reverse(f"tickets:{route}", args=[photo.name])


def status(client, photo, route="photo"):
    return client.get(page(photo, route)).status_code


def receipt_of(reporter):
    return Receipt.objects.get(reporter=reporter)


def let_in(client, reporter):
    """The browser after the QR code of this reporter's receipt."""
    client.get(reverse("tickets:track", args=[receipts.token(receipt_of(reporter))]))
    return client


def test_photo_is_handed_out_with_its_guards(house, client_of, claimed):
    photo = photo_of(claimed, by=house.volunteer)

    large, small = (client_of(house.staff).get(page(photo) + query) for query in ("", "?small=1"))

    assert large.content == photo_files.path(photo.name).read_bytes()
    assert small.content == photo_files.path(photo.name, small=True).read_bytes()
    for answer in (large, small):
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; script-src 'none'; object-src")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"] == f'inline; filename="{claimed.number}-{photo.pk}.jpg"'
        assert "camera=()" in answer.headers["Permissions-Policy"]


def test_photo_is_out_of_sight_with_its_ticket(house, client_of, claimed):
    photo, worker = photo_of(claimed, by=house.staff), client_of(house.staff)
    before = status(worker, photo)

    workflow.dispatch(claimed, by=house.dispatcher, unit=house.other_unit, reason="归房管")

    assert (before, status(worker, photo)) == (200, 404)
    assert status(client_of(house.other_staff), photo) == 200
    assert [status(client_of(who), photo) for who in (house.admin, House().dispatcher)] == [404, 404]


def test_draft_is_seen_by_who_sent_it_only(house, client_of):
    photo = photo_of(ticket_in(Status.RECEIVED, house), by=house.volunteer)
    Photo.objects.filter(pk=photo.pk).update(ticket=None, draft="12345678-1234-5678-1234-567812345678")

    assert status(client_of(house.volunteer), photo) == 200
    assert [status(client_of(who), photo) for who in (house.lead, house.dispatcher)] == [404, 404]
    assert status(client_of(house.volunteer), photo, "photo_remove") == 404


def test_lost_file_reads_like_a_missing_photo(house, client_of, claimed):
    photo = photo_of(claimed, by=house.staff)
    photo_files.remove(photo.name)

    assert status(client_of(house.staff), photo) == 404


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "0" * 40, "x" * 3000, "%00", "a.jpg"])
def test_other_names_are_missing(house, client_of, name):
    assert client_of(house.staff).get(f"/photos/{name}/").status_code in (400, 404)


def test_photo_of_a_merged_ticket_is_seen_with_its_master(house, client_of):
    duplicate = ticket_in(Status.MERGED, house)
    photo, master = photo_of(duplicate, by=house.volunteer), duplicate.merged_into
    workflow.dispatch(master, by=house.dispatcher, unit=house.other_unit)

    shown = client_of(house.other_staff).get(master.get_absolute_url())

    assert page(photo) in shown.content.decode()
    assert status(client_of(house.other_staff), photo) == 200


def test_resident_sees_own_photos_and_those_of_the_answer(house, client, claimed):
    own, other = claimed.reporters.get(), second_reporter(claimed, house)
    brought = photo_of(claimed, by=house.volunteer, reporter=own)
    theirs = photo_of(claimed, by=house.volunteer, reporter=other)
    nobodys = photo_of(claimed, by=house.dispatcher)
    answered, finished = (
        photo_of(claimed, by=house.staff, stage=s) for s in (Stage.ANSWERED, Stage.FINISHED)
    )

    let_in(client, own)

    shown = client.get(reverse("tickets:receipt")).content.decode()
    for photo, expected in ((brought, 200), (theirs, 404), (nobodys, 404), (answered, 200), (finished, 200)):
        assert status(client, photo, "receipt_photo") == expected
        assert (page(photo, "receipt_photo") in shown) == (expected == 200)


def test_photo_of_an_answer_given_before_merging_stays_on_the_receipt(house, client):
    duplicate = ticket_in(Status.MERGED, house)
    answered = photo_of(duplicate, by=house.staff, stage=Stage.ANSWERED)

    let_in(client, duplicate.reporters.get())

    assert page(answered, "receipt_photo") in client.get(reverse("tickets:receipt")).content.decode()
    assert status(client, answered, "receipt_photo") == 200
    let_in(client, duplicate.merged_into.reporters.get())
    assert status(client, answered, "receipt_photo") == 404


@pytest.mark.parametrize("logged_by", ["volunteer", "lead"])
def test_photo_added_for_one_of_two_neighbours_is_nobodys(house, client, client_of, claimed, logged_by):
    """Whoever logged the second one: to neither is shown what the other may have brought."""
    own, other = claimed.reporters.get(), second_reporter(claimed, house)
    Reporter.objects.filter(pk=other.pk).update(logged_by=getattr(house, logged_by))

    form = {"photos": upload(), "key": uuid.uuid4()}
    client_of(house.volunteer).post(reverse("tickets:photos", args=[claimed.number]), form)

    photo = Photo.objects.get()
    assert photo.reporter is None
    assert status(let_in(client, own), photo, "receipt_photo") == 404


def test_photo_added_where_a_neighbour_was_merged_in_is_nobodys(house, client_of):
    master = ticket_in(Status.MERGED, house).merged_into
    Reporter.objects.filter(ticket=master).update(logged_by=house.volunteer)

    client_of(house.volunteer).post(reverse("tickets:photos", args=[master.number]), {"photos": upload()})

    assert Photo.objects.get().reporter is None


def test_resident_page_names_no_member_of_staff_beside_a_photo(house, client, claimed):
    photo_of(claimed, by=house.staff, stage=Stage.FINISHED)

    shown = let_in(client, claimed.reporters.get()).get(reverse("tickets:receipt")).content.decode()

    assert "办完后的照片" in shown
    assert house.staff.name not in shown


def test_typed_code_alone_shows_no_photo(house, client, claimed):
    photo = photo_of(claimed, by=house.staff, stage=Stage.FINISHED)
    code = receipts.code(receipt_of(claimed.reporters.get()))

    client.post(reverse("tickets:track_code"), {"code": code})

    assert "照片" not in client.get(reverse("tickets:receipt")).content.decode()
    assert status(client, photo, "receipt_photo") == 404


def test_resident_of_another_ticket_sees_nothing(house, client, claimed):
    photo = photo_of(claimed, by=house.staff, stage=Stage.FINISHED)

    let_in(client, house.receive("别的事").reporters.get())

    assert status(client, photo, "receipt_photo") == 404
    assert client.get(page(photo)).status_code == 302  # to the sign-in page


def test_photo_without_a_receipt_leads_to_the_typed_code(client, claimed, house):
    photo = photo_of(claimed, by=house.staff, stage=Stage.FINISHED)

    assert client.get(page(photo, "receipt_photo")).url == reverse("tickets:track_code")


@pytest.mark.parametrize("route", ["detail", "queue"])
def test_three_photos_cost_no_more_questions_than_one(house, client_of, route):
    ticket, client = ticket_in(Status.RECEIVED, house), client_of(house.dispatcher)
    address = ticket.get_absolute_url() if route == "detail" else reverse("tickets:queue")

    counts = []
    for photos in (1, 2):
        for _ in range(photos):
            photo_of(ticket, by=house.volunteer)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_six_own_photos_cost_a_neighbours_desk_no_more_questions_than_one(house, client_of):
    """Whether they may be taken away is asked once: where the others of the matter came must be looked up."""
    ticket, user = house.receive(), neighbour(house)
    joined(ticket, house, timezone.now(), by=user, station=user.active_posts[0].station)
    client, counts = client_of(user), []

    for photos in (1, 5):
        for _ in range(photos):
            photo_of(ticket, by=user)
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(ticket.get_absolute_url()).content.decode()
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert [page(photo, "photo_remove") in shown for photo in Photo.objects.all()] == [True] * 6


def test_photos_of_others_and_of_yesterday_are_not_taken_away_with_ones_own(house, client_of, claimed):
    own = photo_of(claimed, by=house.staff)
    others, old = (
        photo_of(claimed, by=house.volunteer),
        photo_of(claimed, by=house.staff, now=timezone.now() - timedelta(days=1)),
    )

    shown = client_of(house.staff).get(claimed.get_absolute_url()).content.decode()

    assert [page(photo, "photo_remove") in shown for photo in (own, others, old)] == [True, False, False]
