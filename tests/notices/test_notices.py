"""One's own notices."""

import pytest
from django.urls import reverse
from django.utils import timezone

from notices.models import Notice

LIST, READ_ALL = reverse("notices:list"), reverse("notices:read_all")


def notify(user, text="派来一张新工单", **fields):
    number = Notice.objects.count()
    return Notice.objects.create(recipient=user, text=text, **{"effect": f"test-{number}", **fields})


@pytest.fixture
def window(house, client_of):
    return client_of(house.staff)


def test_newest_stands_first_and_new_ones_are_marked(window, house):
    notify(house.staff, "旧的", read_at=timezone.now())
    notify(house.staff, "新的")

    response = window.get(LIST)

    assert [notice.text for notice in response.context["page_obj"]] == ["新的", "旧的"]
    assert response.content.decode().count('class="is-new"') == 1


@pytest.mark.parametrize(("effect", "mark"), [
    ("event:1", '<span class="count count-red">急</span>'), ("overdue:1", '<span class="due due-over">超时</span>'),
])  # fmt: skip
def test_only_an_emergency_is_marked_as_one(window, house, effect, mark):
    notify(house.staff, effect=effect, is_urgent=True)

    page = window.get(LIST).content.decode()

    assert mark in page and page.count(">急<") + page.count(">超时<") == 1


def test_notices_of_others_are_not_shown(window, house):
    notify(house.other_staff, "别人的")

    page = window.get(LIST).content.decode()

    assert "别人的" not in page
    assert "还没有通知" in page


def test_whoever_has_lost_the_last_post_reads_none(window, house):
    notice = notify(house.staff, "24栋，水电气")
    house.staff.posts.update(ended_at=timezone.now())

    page = window.get(LIST).content.decode()

    assert "24栋" not in page and "您现在没有岗位" in page and '<span class="count count-red">' not in page
    assert window.post(reverse("notices:open", args=[notice.pk])).status_code == 404
    window.post(READ_ALL)
    notice.refresh_from_db()
    assert notice.read_at is None


def test_bell_counts_the_unread(window, house):
    notify(house.staff)
    notify(house.staff)
    notify(house.staff, read_at=timezone.now())

    assert '<span class="count count-red">2' in window.get(LIST).content.decode()


def test_opening_marks_read_and_leads_on(window, house):
    notice = notify(house.staff, url="/me/")

    response = window.post(reverse("notices:open", args=[notice.pk]))

    notice.refresh_from_db()
    assert response.url == "/me/"
    assert notice.read_at


def test_one_can_be_marked_read_without_leaving(window, house):
    read, other = notify(house.staff, url="/me/"), notify(house.staff, url="/me/")

    response = window.post(reverse("notices:open", args=[read.pk]), {"stay": "1"})

    assert response.url == LIST
    assert list(Notice.objects.visible_to(house.staff).unread()) == [other]


def test_opening_again_keeps_the_first_time(window, house):
    first = timezone.now().replace(microsecond=0) - timezone.timedelta(days=1)
    notice = notify(house.staff, read_at=first)

    window.post(reverse("notices:open", args=[notice.pk]))

    notice.refresh_from_db()
    assert notice.read_at == first


@pytest.mark.parametrize("url", ["", "https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_way_on_stays_on_this_host(window, house, url):
    notice = notify(house.staff, url=url)

    assert window.post(reverse("notices:open", args=[notice.pk])).url == LIST


def test_notice_of_somebody_else_is_missing(window, house):
    notice = notify(house.other_staff, url="/me/")

    response = window.post(reverse("notices:open", args=[notice.pk]))

    notice.refresh_from_db()
    assert response.status_code == 404
    assert notice.read_at is None


def test_all_can_be_marked_read(window, house):
    notify(house.staff)
    other = notify(house.other_staff)

    response = window.post(READ_ALL, follow=True)

    other.refresh_from_db()
    assert "1 条通知已标为已读。" in response.content.decode()
    assert not Notice.objects.visible_to(house.staff).unread().exists()
    assert other.read_at is None


def test_reading_needs_post(window, house):
    notice = notify(house.staff)

    assert window.get(reverse("notices:open", args=[notice.pk])).status_code == 405
    assert window.get(READ_ALL).status_code == 405
    assert window.post(LIST).status_code == 405


@pytest.mark.parametrize("page", ["2", "x", "-3", "99999999999999999999999"])
def test_page_number_is_forgiven(window, house, page):
    for _ in range(21):
        notify(house.staff)

    assert window.get(LIST, {"page": page}).status_code == 200


def test_query_count_does_not_grow(window, house, django_assert_num_queries, django_assert_max_num_queries):
    notify(house.staff)
    window.get(LIST)
    with django_assert_max_num_queries(8) as one:
        window.get(LIST)
    notify(house.staff)
    notify(house.staff)

    with django_assert_num_queries(len(one)):
        window.get(LIST)


def test_stranger_goes_to_the_door(client, db):
    assert client.get(LIST).url.startswith(reverse("accounts:login"))
