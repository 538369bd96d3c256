"""Photos on their way to a ticket: attached by the verb, kept when the form is refused, never the ticket's cost."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import CategoryFactory, person
from tests.pictures import photo_of, picture, upload
from tests.tickets.loop import MONDAY, ticket_in
from tickets import photo_files, photos, workflow
from tickets.models import Photo, Ticket
from tickets.photos import Sent
from tickets.states import Status, Verb

RECEIVE = reverse("tickets:receive")
Stage = Photo.Stage


def url(route, ticket):
    return reverse(f"tickets:{route}", args=[ticket.number])


def request(**fields):
    return {"words": "厨房燃气灶打不着火", "submission_id": str(uuid.uuid4()), **fields}


def adding(**fields):
    return {"key": str(uuid.uuid4()), **fields}


def text(answer):
    return answer.content.decode()


def files():
    return sorted(path for path in photo_files.folder().rglob("*") if path.is_file())


@pytest.fixture
def volunteer(house, client_of):
    return client_of(house.volunteer)


@pytest.fixture
def claimed(house):
    return ticket_in(Status.CLAIMED, house, timezone.now())


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_desk_files_the_ticket_with_its_photos(house, volunteer):
    volunteer.post(RECEIVE, request(photos=[upload("一.jpg"), upload("二.png", picture("PNG"), "image/png")]))

    ticket = Ticket.objects.get()
    kept = list(ticket.photos.all())
    assert [(p.stage, p.reporter, p.by, p.event.verb) for p in kept] == [
        (Stage.RECEIVED, ticket.reporters.get(), house.volunteer, Verb.RECEIVE)
    ] * 2
    assert [(p.width, p.height, p.draft) for p in kept] == [(64, 48, None)] * 2
    assert len(files()) == 4
    assert {path.stat().st_mode & 0o777 for path in files()} == {0o640}


def test_bad_photo_never_costs_the_ticket(volunteer):
    answer = volunteer.post(
        RECEIVE, request(photos=[upload("坏.jpg", b"<svg/>"), upload("好.jpg")]), follow=True
    )

    assert Ticket.objects.get().photos.count() == 1
    assert "第1张照片没有收下：只收 JPEG、PNG、WebP 的照片。" in text(answer)
    assert "到工单页点“加照片”" in text(answer)


def test_full_disk_never_costs_the_ticket(settings, volunteer, tmp_path):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"

    answer = volunteer.post(RECEIVE, request(photos=upload()), follow=True)

    assert Ticket.objects.get().photos.count() == 0
    assert "存放照片的地方写不进去，请告诉系统管理员" in text(answer)


def test_refused_form_keeps_its_photos(volunteer):
    refused = volunteer.post(RECEIVE, request(words="", photos=upload()))
    draft = Photo.objects.get()
    key = refused.context["form"].fields["photos"].widget.draft

    volunteer.post(RECEIVE, request(photo_draft=key, photos=upload("又一张.jpg")))

    assert refused.status_code == 422
    assert "已带上" in text(refused) and f'value="{draft.name}"' in text(refused)
    ticket = Ticket.objects.get()
    assert [photo.name for photo in ticket.photos.all()][0] == draft.name
    assert ticket.photos.count() == 2


def test_kept_photo_can_be_left_out(volunteer, django_capture_on_commit_callbacks):
    refused = volunteer.post(RECEIVE, request(words="", photos=[upload(), upload()]))
    first, second = Photo.objects.all()
    key = refused.context["form"].fields["photos"].widget.draft

    with django_capture_on_commit_callbacks(execute=True):
        volunteer.post(RECEIVE, request(photo_draft=key, photo_drop=[first.name]))

    assert list(Ticket.objects.get().photos.all()) == [second]
    assert {path.name.partition(".")[0] for path in files()} == {second.name}


def test_drafts_of_somebody_else_are_out_of_reach(house, volunteer, client_of):
    refused = volunteer.post(RECEIVE, request(words="", photos=upload()))
    theirs = {
        "photo_draft": refused.context["form"].fields["photos"].widget.draft,
        "photo_drop": [Photo.objects.get().name],
    }

    client_of(house.lead).post(RECEIVE, request(**theirs))

    assert Ticket.objects.get().photos.count() == 0
    assert Photo.objects.get().ticket is None


@pytest.mark.parametrize("key", ["", "nonsense", "\u00ff", "1" * 5000])
def test_spoilt_key_of_drafts_is_no_error(volunteer, key):
    answer = volunteer.post(RECEIVE, request(photo_draft=key, photos=upload()))

    assert answer.status_code == 302
    assert Ticket.objects.get().photos.count() == 1


def test_repeated_submission_brings_no_photo_twice(volunteer):
    again = request(photo_draft=uuid.uuid4())

    for _ in range(2):
        volunteer.post(RECEIVE, {**again, "photos": upload()})

    assert Ticket.objects.get().photos.count() == 1


def test_seventh_photo_is_named_and_left_out(volunteer):
    answer = volunteer.post(RECEIVE, request(photos=[upload() for _ in range(7)]), follow=True)

    assert Ticket.objects.get().photos.count() == 6
    assert "第7张照片没有收下：每一步最多6张。" in text(answer)


def six_drafts(client):
    """Kept from a form at the desk that was refused; their key."""
    refused = client.post(RECEIVE, request(words="", photos=[upload() for _ in range(6)]))
    return refused.context["form"].fields["photos"].widget.draft


@pytest.mark.parametrize("there", [0, 4])
def test_drafts_of_another_form_find_only_the_room_there_is(house, volunteer, claimed, there):
    for _ in range(there):
        photo_of(claimed, by=house.volunteer)
    form = adding(stage="received", photo_draft=six_drafts(volunteer))

    answer = volunteer.post(url("photos", claimed), form, follow=True)

    assert claimed.photos.count() == 6
    left_out = [f"第{n}张照片没有加上：每一步最多6张。" in text(answer) for n in range(1, 7)]
    assert left_out == [n > 6 - there for n in range(1, 7)]


def test_full_step_says_so_and_keeps_the_drafts_with_the_form(house, volunteer, claimed):
    for _ in range(6):
        photo_of(claimed, by=house.volunteer)

    answer = volunteer.post(url("photos", claimed), adding(photo_draft=six_drafts(volunteer)))

    assert (answer.status_code, claimed.photos.count()) == (422, 6)
    assert "反映时的照片已经有6张，不能再加" in text(answer) and "请选至少一张" not in text(answer)
    assert len(answer.context["form"].fields["photos"].widget.kept) == 6


def test_new_files_come_after_the_drafts_and_are_counted_with_them(house, volunteer, claimed):
    photo_of(claimed, by=house.volunteer)
    form = adding(photo_draft=six_drafts(volunteer), photos=upload())

    answer = volunteer.post(url("photos", claimed), form, follow=True)

    assert claimed.photos.count() == 6
    assert "第6张照片没有加上" in text(answer) and "第7张照片没有收下" in text(answer)


def test_answer_leaves_out_the_drafts_for_which_there_is_no_room(house, client_of, claimed):
    for _ in range(5):
        photo_of(claimed, by=house.staff, stage=Stage.ANSWERED)
    sent = Sent([upload(), upload()])
    key = photos.take(sent, by=house.staff, stage=Stage.ANSWERED, now=timezone.now()).draft
    answer = {"solvable": "no", "words": "没有配件", "told": "slip", "photo_draft": key}

    page = client_of(house.staff).post(url("reply", claimed), answer, follow=True)

    assert claimed.photos.count() == 6 and claimed.replies.exists()
    assert "第2张照片没有加上：每一步最多6张。" in text(page)


@pytest.mark.parametrize(
    ("there", "sentence"), [(5, "反映时的照片只能再加1张"), (6, "反映时的照片已经有6张")]
)
def test_room_that_others_took_meanwhile_is_said(house, claimed, there, sentence):
    sent = Sent([upload(), upload()])
    drafts = photos.take(sent, by=house.volunteer, stage=Stage.RECEIVED, now=timezone.now()).ready
    for _ in range(there):
        photo_of(claimed, by=house.volunteer)

    with pytest.raises(workflow.Invalid, match=sentence):
        workflow.add_photos(claimed, by=house.volunteer, photos=drafts, stage=Stage.RECEIVED)

    assert claimed.photos.count() == there


def test_sixty_first_photo_within_an_hour_is_refused(house):
    sent = Sent([upload(data=b"nothing") for _ in range(61)])

    refused = photos.take(sent, by=house.volunteer, stage=Stage.RECEIVED, now=MONDAY).refused
    later = photos.take(
        Sent([upload()]), by=house.volunteer, stage=Stage.RECEIVED, now=MONDAY + timedelta(minutes=61)
    )

    assert ["一小时最多传60张" in sentence for sentence in refused] == [False] * 60 + [True]
    assert len(later.ready) == 1


def test_answer_and_result_bring_their_photos(house, client_of, claimed):
    worker = client_of(house.staff)
    answer = {"solvable": "no", "words": "没有配件", "told": "slip", "photos": upload()}
    worker.post(url("reply", claimed), answer)
    worker.post(url("resolve", claimed), {"outcome": "solved", "words": "换好了", "photos": upload()})

    shown = [(p.stage, p.event.verb, p.reporter) for p in claimed.photos.all()]
    assert shown == [(Stage.ANSWERED, Verb.REPLY, None), (Stage.FINISHED, Verb.RESOLVE, None)]


def test_refused_answer_keeps_its_photos(house, client_of, claimed):
    refused = client_of(house.staff).post(url("reply", claimed), {"words": "", "photos": upload()})

    assert refused.status_code == 422
    assert "已带上" in text(refused)
    assert Photo.objects.get().ticket is None


def test_photos_of_who_may_not_answer_are_not_even_looked_at(house, client_of, claimed):
    answer = client_of(house.colleague).post(url("reply", claimed), {"photos": upload()})

    assert answer.status_code == 403
    assert (Photo.objects.count(), files()) == (0, [])


@pytest.mark.parametrize(("who", "stage"), [("staff", "answered"), ("dispatcher", "received")])
def test_photos_are_added_later_and_told_in_the_timeline(house, client_of, claimed, who, stage):
    workflow.reply(claimed, by=house.staff, solvable="no", words="没有配件", told="phone")

    form = adding(stage=stage, photos=[upload(), upload()])
    answer = client_of(getattr(house, who)).post(url("photos", claimed), form, follow=True)

    assert list(claimed.photos.values_list("stage", flat=True)) == [stage] * 2
    assert f"加了2张照片（{Stage(stage).label}）" in text(answer)


def test_station_adds_only_what_residents_bring(house, volunteer, claimed):
    answer = volunteer.post(url("photos", claimed), adding(stage="finished", photos=upload()))

    assert answer.status_code == 422
    assert claimed.photos.count() == 0
    assert volunteer.post(url("photos", claimed), adding(photos=upload())).status_code == 302
    assert claimed.photos.get().reporter == claimed.reporters.get()


def test_adding_nothing_is_refused(house, client_of, claimed):
    answer = client_of(house.staff).post(url("photos", claimed), adding(stage="received"))

    assert answer.status_code == 422
    assert "请选至少一张照片" in text(answer)


def test_whoever_chose_what_is_no_photo_reads_why_and_only_that(house, client_of, claimed):
    form = adding(stage="received", photos=upload(data=b"no photo"))

    answer = client_of(house.staff).post(url("photos", claimed), form)

    assert answer.status_code == 422
    assert "请选至少一张照片" not in text(answer)
    assert text(answer).count("第1张照片没有收下：只收") == 2  # in the summary and at the field


@pytest.mark.parametrize("status", [Status.CLOSED, Status.WITHDRAWN, Status.MERGED])
def test_ended_ticket_takes_no_more_photos(house, client_of, status):
    ticket = ticket_in(status, house)

    answer = client_of(house.dispatcher).post(
        url("photos", ticket), adding(stage="received", photos=upload())
    )

    assert answer.status_code == 409
    assert "不能再加照片" in text(answer)


def test_photo_is_removed_with_a_reason_that_stays(
    house, client_of, claimed, django_capture_on_commit_callbacks
):
    photo = photo_of(claimed, by=house.staff)
    page = reverse("tickets:photo_remove", args=[photo.name])

    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(house.dispatcher).post(page, {"reason": "拍到了人脸"}, follow=True)

    assert "拿掉了一张照片（反映时）" in text(answer) and "拍到了人脸" in text(answer)
    assert (Photo.objects.count(), files()) == (0, [])
    assert client_of(house.dispatcher).post(page, {"reason": "再来"}).status_code == 404


def test_old_page_of_a_removed_photo_says_who_has_removed_it_to_whoever_sees_the_ticket(
    house, client_of, claimed
):
    photo, staff = photo_of(claimed, by=house.staff), client_of(house.staff)
    album = staff.get(claimed.get_absolute_url()).context["album"]
    page = album[0].shots[0].remove_url
    form, told = page.partition("?")[0], {"reason": "拍到了人脸", "ticket": claimed.number}
    workflow.remove_photo(photo, by=house.dispatcher, reason="拍到了人脸")

    for answer in (staff.get(page, follow=True), staff.post(form, told, follow=True)):
        assert answer.redirect_chain == [(claimed.get_absolute_url(), 302)]
        assert f"这张照片已由{house.dispatcher.name}在今天" in text(answer)
    assert client_of(house.outsider).get(page).status_code == 404
    assert staff.get(page.replace(photo.name, "x" * 32)).status_code == 404


def test_photo_that_must_be_chosen_is_not_called_optional(house, client_of, claimed):
    page = text(client_of(house.staff).get(url("photos", claimed)))

    assert "选填" not in page


def test_removal_needs_a_reason(house, client_of, claimed):
    photo = photo_of(claimed, by=house.staff)

    answer = client_of(house.staff).post(reverse("tickets:photo_remove", args=[photo.name]), {"reason": " "})

    assert answer.status_code == 422
    assert "写明为什么拿掉" in text(answer)
    assert Photo.objects.count() == 1


def test_who_sent_it_removes_it_that_day_only(house, client_of, claimed):
    photo = photo_of(claimed, by=house.staff, now=timezone.now() - timedelta(days=1))

    answer = client_of(house.staff).get(reverse("tickets:photo_remove", args=[photo.name]))

    assert answer.status_code == 403
    assert "过后请派单员来做" in text(answer)


def test_dispatcher_elsewhere_removes_nothing(client_of, claimed, house):
    photo = photo_of(claimed, by=house.staff)
    elsewhere = person("dispatcher", area=house.outsider.posts.get().station.area)

    answer = client_of(elsewhere).post(reverse("tickets:photo_remove", args=[photo.name]), {"reason": "x"})

    assert answer.status_code == 404
    assert Photo.objects.count() == 1


def test_photos_stay_while_an_emergency_is_called_first(house, volunteer):
    leak = CategoryFactory(emergency_hours=2, emergency_call="119")
    stopped = volunteer.post(RECEIVE, request(category=leak.pk, photos=upload()))
    key = stopped.context["form"].fields["photos"].widget.draft

    volunteer.post(RECEIVE, request(category=leak.pk, called=leak.pk, photo_draft=key))

    assert stopped.status_code == 422
    assert "已带上" in text(stopped)
    assert Ticket.objects.get().photos.count() == 1


def test_who_joins_brings_own_photos(house, volunteer):
    ticket = house.receive()

    volunteer.post(RECEIVE, request(same_as=ticket.number, photos=upload()))

    assert Ticket.objects.get() == ticket
    assert [photo.reporter for photo in ticket.photos.all()] == [ticket.reporters.last()]
    assert ticket.reporters.count() == 2
