"""The same form once more, or two at once: a ticket gets each photo once, and what was sent along again is swept up.

Each race has a negative control: with its guard taken away it is lost.
"""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import House
from tests.pictures import photo_of, picture, upload
from tests.racing import all_read, at_once, meeting, within
from tests.tickets.loop import ticket_in
from tickets import photos, workflow
from tickets.models import Photo, Reporter, Ticket
from tickets.states import Status, Verb
from tickets.views import photos as views
from tickets.workflow import picturing

ANSWER = {"solvable": "no", "words": "没有配件", "told": "slip"}
DONE = {"outcome": "solved", "words": "换好了"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def claimed(house):
    return ticket_in(Status.CLAIMED, house, timezone.now())


@pytest.fixture
def worker(house, client_of):
    return client_of(house.staff)


def url(route, ticket):
    return reverse(f"tickets:{route}", args=[ticket.number])


def shots(*colours):
    return [upload(data=picture(colour=colour)) for colour in colours]


def send(client, route, ticket, form, *, files=2, colours=(), **how):
    """The form with so many photos alike, or with one of each colour."""
    brought = shots(*colours or ["orange"] * files)
    return client.post(url(route, ticket), {**form, "photos": brought}, **how)


def adding(stage="received"):
    return {"stage": stage, "key": str(uuid.uuid4())}


def added(ticket):
    """How many photos the ticket has, in how many entries of its timeline."""
    return ticket.photos.count(), ticket.events.filter(verb=Verb.AMEND).count()


# An answer, a result --------------------------------------------------------------------------------


def test_answer_sent_twice_brings_its_photos_once(worker, claimed):
    answers = [send(worker, "reply", claimed, ANSWER) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (claimed.replies.count(), claimed.photos.count()) == (1, 2)
    assert {photo.event.verb for photo in claimed.photos.all()} == {Verb.REPLY}


def test_what_came_along_again_is_shown_nowhere_and_swept_up(worker, claimed):
    for _ in range(2):
        send(worker, "reply", claimed, ANSWER)
    names = [photo.name for photo in Photo.objects.filter(ticket=None)]

    pages = [
        worker.get(address).content.decode()
        for address in (claimed.get_absolute_url(), url("reply", claimed))
    ]

    assert len(names) == 2 and not any(name in page for name in names for page in pages)
    photos.sweep(now=timezone.now() + timedelta(hours=25))
    assert Photo.objects.count() == claimed.photos.count() == 2


def test_another_answer_brings_its_own_photos(worker, claimed):
    for words in ("没有配件", "配件停产了"):
        send(worker, "reply", claimed, {**ANSWER, "words": words})

    assert (claimed.replies.count(), claimed.photos.count()) == (2, 4)


def test_result_sent_twice_brings_its_photos_once(worker, claimed):
    """The second finds the ticket resolved, and nothing new among its photos."""
    answers = [send(worker, "resolve", claimed, DONE) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (claimed.events.filter(verb=Verb.RESOLVE).count(), Photo.objects.count()) == (1, 2)


# Sent again with one more photo -----------------------------------------------------------------------


@pytest.mark.parametrize(("route", "form"), [("reply", ANSWER), ("resolve", DONE)])
def test_photo_that_only_the_second_press_brings_is_kept(worker, claimed, route, form):
    for colours in (["orange"], ["orange", "green"], ["orange", "green"]):
        answer = send(worker, route, claimed, form, colours=colours, follow=True)

    assert answer.status_code == 200 and "没有收下" not in answer.content.decode()
    assert (claimed.events.filter(verb=route).count(), added(claimed)) == (1, (2, 1))
    assert len({photo.stage for photo in claimed.photos.all()}) == 1


def test_two_presses_at_once_lose_no_photo_and_warn_of_none(worker, claimed, house, client_of, monkeypatch):
    """Both were admitted; while the one has its photo looked at, the other is done."""
    take, others = views.taken, [client_of(house.staff)]

    def taken(*args, **how):
        found = take(*args, **how)
        while others:
            send(others.pop(), "resolve", claimed, DONE, colours=["orange"])
        return found

    monkeypatch.setattr(views, "taken", taken)
    answer = send(worker, "resolve", claimed, DONE, colours=["orange", "green"], follow=True)

    assert answer.status_code == 200 and "没有收下" not in answer.content.decode()
    assert (claimed.events.filter(verb=Verb.RESOLVE).count(), added(claimed)) == (1, (2, 1))


def test_four_photos_sent_twice_are_all_there_without_a_warning(worker, claimed):
    for _ in range(2):
        answer = send(worker, "reply", claimed, ANSWER, files=4, follow=True)

    assert "答复已发出" in answer.content.decode() and "没有收下" not in answer.content.decode()
    assert claimed.photos.count() == 4


def test_more_new_photos_than_there_is_room_for_are_said(worker, claimed):
    send(worker, "reply", claimed, ANSWER, files=5)

    answer = send(worker, "reply", claimed, ANSWER, colours=["orange", "green", "blue"])

    assert answer.status_code == 422 and "只能再加1张" in answer.content.decode()
    assert answer.content.decode().count("photo_drop") >= 3


@pytest.mark.parametrize("joins", [False, True])
def test_photo_of_a_request_sent_again_is_kept_with_its_reporter(house, client_of, joins):
    volunteer, first = client_of(house.volunteer), house.receive()
    same = {"same_as": first.number} if joins else {"not_duplicate": "1"}
    form = {"words": first.words, "submission_id": str(uuid.uuid4()), "desk": house.station.code, **same}

    for colours in (["orange"], ["orange", "green"]):
        answer = volunteer.post(reverse("tickets:receive"), {**form, "photos": shots(*colours)})

    assert answer.status_code == 302
    own = Reporter.objects.latest("pk")
    assert own.has_joined == joins and Reporter.objects.count() == 2
    assert own.photos.count() == Photo.objects.filter(ticket=own.ticket).count() == 2


def test_photo_without_room_does_not_cost_the_receipt_of_a_request_sent_again(house, client_of):
    volunteer = client_of(house.volunteer)
    form = {"words": "楼道灯不亮", "submission_id": str(uuid.uuid4()), "desk": house.station.code}
    first = volunteer.post(reverse("tickets:receive"), {**form, "photos": shots(*["orange"] * photos.MOST)})

    again = volunteer.post(reverse("tickets:receive"), {**form, "photos": shots("green")}, follow=True)

    assert (again.redirect_chain[0][0], Ticket.objects.count()) == (first.url, 1)
    assert "照片没有加上" in again.content.decode()


# Added later ----------------------------------------------------------------------------------------


def test_added_twice_by_one_form_is_added_once(worker, claimed):
    form = adding()

    first, again = (send(worker, "photos", claimed, form, follow=True) for _ in range(2))

    assert added(claimed) == (2, 1)
    assert "已加上2张照片：" in first.content.decode()
    assert "已加上2张照片，没有重复加：" in again.content.decode()
    assert Photo.objects.count() == 2


def test_photo_that_was_chosen_after_the_first_press_is_added(worker, claimed):
    form = adding()

    send(worker, "photos", claimed, form, colours=["orange"])
    again = send(worker, "photos", claimed, form, colours=["orange", "green"], follow=True)

    assert added(claimed) == (2, 2)
    assert "已加上1张照片：" in again.content.decode()


def test_repeat_is_not_told_that_there_is_no_room(worker, claimed):
    form = adding()

    _, again = (send(worker, "photos", claimed, form, files=4, follow=True) for _ in range(2))

    assert "没有收下" not in again.content.decode()
    assert added(claimed) == (4, 1)


def test_next_form_and_another_persons_add_their_own(house, worker, client_of, claimed):
    form = adding()
    for client, sent in ((worker, form), (worker, adding()), (client_of(house.dispatcher), form)):
        send(client, "photos", claimed, sent, files=1)

    assert added(claimed) == (3, 3)


@pytest.mark.parametrize("key", ["", "x"])
def test_form_without_its_key_is_asked_for_again_and_keeps_its_photos(worker, claimed, key):
    refused = send(worker, "photos", claimed, {**adding(), "key": key})

    assert refused.status_code == 422
    assert "再按一次" in refused.content.decode() and "已带上" in refused.content.decode()
    assert added(claimed) == (0, 0)


def test_page_carries_a_key_and_a_refused_form_keeps_its_own(worker, claimed):
    form = adding()

    page = worker.get(url("photos", claimed))
    refused = worker.post(url("photos", claimed), {**form, "stage": "finished"})

    assert f'name="key" value="{page.context["form"].fresh_key}"' in page.content.decode()
    assert refused.status_code == 422
    assert f'name="key" value="{form["key"]}"' in refused.content.decode()


# Races ----------------------------------------------------------------------------------------------


def add_at_once(client_of, times=4):
    """One form with one photo, sent by so many presses at once."""
    house = House()
    ticket, form = ticket_in(Status.CLAIMED, house, timezone.now()), adding()
    clients = [client_of(house.staff) for _ in range(times)]
    answers = at_once(*[lambda c=c: send(c, "photos", ticket, form, files=1) for c in clients])
    return [answer.status_code for answer in answers], added(ticket)


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_form_pressed_four_times_at_once_adds_once(client_of):
    assert add_at_once(client_of) == ([302] * 4, (1, 1))


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_adding_race_is_lost_without_the_lock(client_of, monkeypatch):
    """Negative control: nobody waits for the others, so that none finds what they have added."""
    monkeypatch.setattr(picturing, "lock", lambda ticket: {ticket.pk: Ticket.objects.get(pk=ticket.pk)})
    monkeypatch.setattr(picturing, "added_by_form", all_read(picturing.added_by_form, meeting(4)))

    assert add_at_once(client_of)[1] == (4, 4)


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_photo_just_being_taken_away_is_a_conflict_for_the_second(client_of):
    house = House()
    photo = photo_of(ticket_in(Status.CLAIMED, house, timezone.now()), by=house.staff)
    address, second = reverse("tickets:photo_remove", args=[photo.name]), client_of(house.staff)

    answer = within(
        lambda: workflow.remove_photo(photo, by=house.dispatcher, reason="拍到了人脸"),
        lambda: second.post(address, {"reason": "拍到了门牌"}),
    )

    assert answer.status_code == 409
    assert picturing.GONE in answer.content.decode()
