"""The dispatcher's pages: merging with a look at both first, separating, the list of likely duplicates."""

import random
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Post
from stations import paging
from tests.factories import BuildingFactory, CategoryFactory, House, PostFactory
from tests.tickets.loop import joined
from tickets import pairs, search
from tickets.models import Apart, Reporter, Ticket
from tickets.states import Status

LIST, QUEUE = reverse("tickets:duplicates"), reverse("tickets:queue")
LEAK = "厨房水管接头漏水，地上有积水"


@pytest.fixture
def first(house):
    return house.receive(LEAK, name="王秀兰", phone="13800001234")


@pytest.fixture
def second(house):
    return house.receive("楼上一直往下滴水", name="李建国", phone="13900005678")


@pytest.fixture
def client(house, client_of):
    return client_of(house.dispatcher)


def merge_url(ticket):
    return reverse("tickets:merge", args=[ticket.number])


def likely(house):
    now = timezone.now()
    return [(pair.earlier, pair.later) for pair in pairs.likely([house.area], now=now)]


# Merging --------------------------------------------------------------------------------------------


def test_page_offers_the_likeliest_and_a_number(first, second, client):
    page = client.get(merge_url(second)).text

    assert f'value="{first.number}"' in page and "或者写另一张的编号" in page


def test_first_press_shows_both_and_changes_nothing(first, second, client):
    answer = client.post(merge_url(second), {"master": first.number})

    assert answer.status_code == 200
    assert LEAK in answer.text and "楼上一直往下滴水" in answer.text and "留下来办" in answer.text
    assert Ticket.objects.merged().count() == 0


def test_second_press_merges_and_both_pages_lead_to_each_other(first, second, client):
    answer = client.post(merge_url(second), {"number": first.number, "sure": "1"}, follow=True)

    assert Ticket.objects.get(pk=second.pk).merged_into == first
    assert f"已并入{first.number}" in answer.text
    assert f'href="{first.get_absolute_url()}"' in answer.text
    master = client.get(first.get_absolute_url()).text
    assert f'href="{second.get_absolute_url()}"' in master and "2位，都要答复到" in master
    assert "李建国" in master and "楼上一直往下滴水" in master


def test_short_number_is_enough_where_only_one_ends_so(first, second, client):
    answer = client.post(merge_url(second), {"number": first.short_number, "sure": "1"})

    assert answer.status_code == 302 and Ticket.objects.merged().get() == second


@pytest.mark.parametrize(
    ("number", "sentence"),
    [("", "请选一张"), ("ZZ99-20200101-001", "没有这张还在办的工单"), ("0000-000", "没有这张还在办的")],
)
def test_wrong_number_is_said_at_the_field_and_kept(first, second, client, number, sentence):
    answer = client.post(merge_url(second), {"number": number, "sure": "1"})

    assert answer.status_code == 422
    assert sentence in answer.text and (not number or number in answer.text)


def test_ended_and_foreign_ticket_read_like_missing_ones(first, second, client, house):
    done = house.receive("办完的")
    Ticket.objects.filter(pk=done.pk).update(status=Status.CLOSED, closed_at=timezone.now())
    foreign = House().receive(LEAK)

    for ticket in (done, foreign):
        answer = client.post(merge_url(second), {"number": ticket.number, "sure": "1"})
        assert answer.status_code == 422 and "没有这张还在办的工单" in answer.text


def test_own_number_whole_or_short_is_called_own(second, client):
    for number in (second.number, second.number.partition("-")[2][4:]):
        answer = client.post(merge_url(second), {"number": number, "sure": "1"})

        assert answer.status_code == 422 and "不能并进自己" in answer.text


def test_merging_what_has_duplicates_says_at_once_what_to_do(first, second, client, house):
    third = house.receive("楼道灯不亮")
    offered = client.get(first.get_absolute_url()).context["actions"]
    client.post(merge_url(second), {"number": first.number, "sure": "1"})

    answers = [client.get(merge_url(first)), client.post(merge_url(first), {"number": third.number})]
    page = client.get(first.get_absolute_url())

    for answer in answers:
        assert answer.status_code == 409 and "已有工单并在这一张里" in answer.text
        assert 'name="number"' not in answer.text
    assert "merge" in [action.verb for action in offered]
    assert "merge" not in [action.verb for action in page.context["actions"]]
    assert "已有工单并在这一张里" in page.text


def test_separating_says_what_will_be_and_does_it(first, second, client):
    client.post(merge_url(second), {"number": first.number, "sure": "1"})
    url = reverse("tickets:unmerge", args=[second.number])

    page = client.get(url).text
    answer = client.post(url)

    assert first.number in page and "回到原来的人手上" in page
    assert answer.status_code == 302
    assert Ticket.objects.get(pk=second.pk).status == Status.RECEIVED
    assert Apart.objects.from_ticket(second) == {first.pk}


def test_secretary_reads_where_a_ticket_went_and_may_not_separate(first, second, client, house, client_of):
    client.post(merge_url(second), {"number": first.number, "sure": "1"})

    page = client_of(house.secretary).get(second.get_absolute_url()).text

    assert f'已并入<a class="nw" href="{first.get_absolute_url()}">' in page
    assert "李**" in page and "李建国" not in page


def test_merged_ticket_says_how_the_other_one_stands_now(first, second, client, house):
    client.post(merge_url(second), {"number": first.number, "sure": "1"})
    client.post(reverse("tickets:dispatch", args=[first.number]), {"unit": house.unit.pk})

    note = client.get(second.get_absolute_url()).text.partition("那一张现在：")[2].partition("</div>")[0]

    assert "已派单" in note and house.unit.name in note and "反映人的回执照样能用" in note


def test_unit_that_does_not_see_the_master_gets_no_link(first, second, house, client, client_of):
    client.post(reverse("tickets:dispatch", args=[second.number]), {"unit": house.unit.pk})
    client.post(merge_url(second), {"number": first.number, "sure": "1"})

    page = client_of(house.staff).get(second.get_absolute_url()).text

    assert first.number in page and first.get_absolute_url() not in page
    assert "那一张您看不到，有事请找派单员" in page and "那一张现在" not in page


# The list of likely duplicates ----------------------------------------------------------------------


def test_same_place_and_very_like_words_are_paired(first, second, house):
    elsewhere = {"building": None, "category": None}
    one, two = (
        house.receive(words, **elsewhere)
        for words in ("电梯停在五楼不动，门打不开", "电梯停在五楼不动门打不开了")
    )
    house.receive("围墙倒了一段", **elsewhere)

    assert set(likely(house)) == {(first.pk, second.pk), (one.pk, two.pk)}


def test_each_later_ticket_is_listed_once_beside_its_likeliest(first, second, house):
    third = house.receive(LEAK)

    assert set(likely(house)) == {(first.pk, second.pk), (first.pk, third.pk)}


def test_words_and_place_come_before_words_and_these_before_the_place_alone(house, client):
    """A month between two of one place leaves only their words; each heading says why the two are there."""
    now, there = timezone.now(), BuildingFactory(area=house.area)
    place = {"building": there, "category": house.category}
    long_ago = house.receive("三单元二楼楼道灯不亮", now=now - timedelta(days=30), **place)
    lamp = house.receive("三单元二楼楼道灯不亮", now=now - timedelta(hours=3), **place)
    noise = house.receive("半夜有人唱歌", now=now, **place)
    leak, again = (house.receive(words, now=now) for words in (LEAK, "厨房水管漏水，地上积水"))
    whys = [
        "同一楼栋、同一类别，说法也像，几乎同时",
        "说法很像，相隔29天",
        "同一楼栋、同一类别，说法不太像，相隔3小时",
    ]

    page = client.get(LIST).text

    assert likely(house) == [(leak.pk, again.pk), (long_ago.pk, lamp.pk), (lamp.pk, noise.pk)]
    assert re.findall("<h2>(.+?)</h2>", page.partition('id="apart"')[0])[: len(whys)] == whys
    assert '可能重复的工单 <span class="count">3</span>' in page


def test_list_counts_no_further_than_others(house, client, monkeypatch):
    monkeypatch.setattr(paging, "CEILING", 3)
    for _ in range(5):
        house.receive(LEAK)

    assert '<span class="count">3+</span>' in client.get(LIST).text


def test_two_buildings_or_a_month_between_make_no_pair(house):
    for building in (house.building, BuildingFactory(area=house.area)):
        house.receive(LEAK, building=building)
    house.receive("很久以前", category=CategoryFactory(), now=timezone.now() - timedelta(days=40))
    house.receive("最近的事", category=CategoryFactory())

    assert likely(house) == []


def test_communities_are_never_mixed(first, house, client_of):
    other = House()
    other.receive(LEAK, building=None, category=None)
    house.receive(LEAK, building=None, category=None)
    PostFactory(user=house.dispatcher, role=Post.Role.DISPATCHER, area=other.area)

    for one, two in [
        (pair.earlier, pair.later) for pair in pairs.likely([house.area, other.area], now=timezone.now())
    ]:
        assert len(set(Ticket.objects.filter(pk__in=[one, two]).values_list("area", flat=True))) == 1


def test_list_shows_both_and_leads_to_the_look_before_merging(first, second, client):
    page = client.get(LIST).text

    assert "同一楼栋、同一类别" in page and LEAK in page and "楼上一直往下滴水" in page
    assert f'action="{merge_url(second)}"' in page and f'action="{merge_url(first)}"' in page
    assert page.count("王秀兰") == page.count("1380") == 0


def test_queue_leads_there(client):
    assert f'href="{LIST}">可能重复</a>' in client.get(QUEUE).text


def test_judged_apart_they_are_not_proposed_again_until_that_is_taken_back(first, second, client, house):
    answer = client.post(reverse("tickets:apart", args=[first.number]), {"other": second.number}, follow=True)
    assert likely(house) == [] and "没有可能重复的工单" in answer.text
    assert Apart.objects.get().by == house.dispatcher
    client.post(reverse("tickets:apart", args=[second.number]), {"other": first.number})
    assert Apart.objects.count() == 1

    client.post(reverse("tickets:propose_again", args=[second.number]), {"other": first.number})

    assert likely(house) == [(first.pk, second.pk)]


def test_apart_from_one_the_next_likeliest_is_proposed(first, second, house):
    third = house.receive(LEAK)
    pairs.keep_apart(first, third, by=house.dispatcher)

    assert set(likely(house)) == {(first.pk, second.pk), (second.pk, third.pk)}


def test_nothing_alike_says_so(first, client):
    assert "没有可能重复的工单" in client.get(LIST).text


def test_second_page_shows_the_rest(house, client):
    for _ in range(25):
        house.receive(LEAK)

    assert client.get(LIST).text.count('class="card pair"') == 20
    assert client.get(f"{LIST}?page=2").text.count('class="card pair"') == 4


def test_list_costs_as_many_statements_for_three_pairs_as_for_one(
    first, second, house, client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12) as one:
        client.get(LIST)
    for _ in range(3):
        house.receive(LEAK)

    with django_assert_max_num_queries(len(one)):
        client.get(LIST)


@pytest.mark.slow
def test_of_a_thousand_open_tickets_few_are_compared_closely(house, monkeypatch):
    """Half a million pairs there are; only those of one place or with words shared are compared."""
    compared, compare = [], pairs._pair
    monkeypatch.setattr(pairs, "_pair", lambda *args: compared.append(1) or compare(*args))
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 400)]
    chance, now = random.Random(7), timezone.now()
    places = [BuildingFactory(area=house.area) for _ in range(40)]
    rows = []
    for n in range(1000):
        words = "".join(chance.choices(characters, k=40))
        place = {"building": chance.choice(places), "category": house.category}
        day = now.date()
        rows.append(
            Ticket(
                number=f"T{n}", area=house.area, station=house.station, received_on=day, sequence=n + 1,
                received_at=now - timedelta(hours=n), logged_by=house.volunteer, title=words[:24], words=words,
                search=search.vector(words), **place,
            )
        )  # fmt: skip
    Ticket.objects.bulk_create(rows)

    found = pairs.likely([house.area], now=now)

    assert len(compared) < 1000 * 999 / 2 / 20
    assert len(found) > 100 and len({pair.later for pair in found}) == len(found)


def test_queue_shows_how_many_wait_for_one_ticket(first, second, house, client):
    joined(first, house, now=timezone.now())
    client.post(merge_url(second), {"number": first.number, "sure": "1"})

    page = client.get(QUEUE).text

    assert "3位反映人" in page and "我家也是" in page and "楼上一直往下滴水" in page
    assert Reporter.objects.of_matter(first).count() == 3


def test_withdrawing_says_how_many_wait(first, client, house):
    url = reverse("tickets:withdraw", args=[first.number])
    assert "位反映人" not in client.get(url).text
    joined(first, house, now=timezone.now())

    assert "这件事有2位反映人，撤单对每一位都算数" in client.get(url).text
