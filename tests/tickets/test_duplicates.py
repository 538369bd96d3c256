"""Which open tickets are taken for the same matter: place first, then shared words, never equal digits."""

from datetime import timedelta

import pytest

from tests.factories import BuildingFactory, CategoryFactory, House
from tests.tickets.loop import MONDAY, TUESDAY, claimed, dispatched, joined, resolved, withdrawn
from tickets import duplicates, search
from tickets.duplicates import Typed
from tickets.models import Ticket

LEAK = "厨房水管接头漏水，地上有积水"
NOW = TUESDAY


@pytest.fixture
def other_building(house):
    return BuildingFactory(area=house.area)


def hinted(house, words="", now=NOW, **place):
    return [hint.number for hint in duplicates.hints(house.area, Typed(words, **place), now=now)]


def doubted(house, words="", now=NOW, **place):
    return [hint.number for hint in duplicates.doubts(house.area, Typed(words, **place), now=now)]


def test_same_building_and_category_come_first_whatever_was_said(house):
    here = {"building": house.building, "category": house.category}
    alike = house.receive(LEAK, now=MONDAY + timedelta(hours=1), building=None, category=None)
    place = house.receive("阳台顶上渗水", now=MONDAY, **here)

    assert hinted(house, LEAK, **here) == [place.number, alike.number]
    assert hinted(house, "", **here) == [place.number]


TRUE_PAIRS = [
    ("厨房水管接头漏水，地上有积水", "厨房水管漏水了"),
    ("三单元二楼楼道灯不亮", "二楼楼道灯坏了不亮"),
    ("电梯停在五楼不动，门打不开", "电梯停在5楼不动了"),
    ("楼道里堆满杂物，电动车乱停", "楼道堆杂物电动车乱停"),
    ("燃气灶打不着火", "家里燃气灶打不着火，请派人来看看"),
    ("下水道堵了，污水往上冒", "一楼下水道堵了污水冒出来"),
]
OTHER_PAIRS = [
    ("厨房水管接头漏水，地上有积水", "电梯停在五楼不动"),
    ("三单元二楼楼道灯不亮", "三单元二楼下水道堵了"),
    ("请派人来看看，谢谢", "麻烦尽快处理，请派人来看看，谢谢"),
    ("我家反映一个问题，希望尽快解决", "反映问题，希望居民的问题尽快解决"),
    ("13800138000 24栋 502 水管漏水", "13800138000 24栋 502 邻居太吵"),
    ("123456789", "123456789"),
    ("abc 12 34", "abc 12 34"),
]


@pytest.mark.parametrize(("one", "other"), TRUE_PAIRS)
def test_same_matter_in_other_words_is_hinted_both_ways(house, one, other):
    first = house.receive(one, now=MONDAY, building=None, category=None)
    assert hinted(house, other) == [first.number]

    Ticket.objects.filter(pk=first.pk).update(status="withdrawn")
    second = house.receive(other, now=MONDAY, building=None, category=None)
    assert hinted(house, one) == [second.number]


@pytest.mark.parametrize(("one", "other"), OTHER_PAIRS)
def test_other_matters_equal_digits_and_polite_words_are_not(house, one, other):
    house.receive(one, now=MONDAY, building=None, category=None)

    assert hinted(house, other) == []


def test_equal_words_in_another_building_are_shown_last_and_never_asked_about(house, other_building):
    there = house.receive(LEAK, now=NOW, building=other_building)
    here = house.receive("厨房水管在漏水", now=MONDAY, category=None)

    assert hinted(house, LEAK, building=house.building) == [here.number, there.number]
    assert doubted(house, LEAK, building=house.building) == []


def test_desk_is_asked_about_the_same_place_within_a_week_and_about_very_like_words(house):
    here = {"building": house.building, "category": house.category}
    week = timedelta(days=7)
    place = house.receive("阳台顶上渗水", now=MONDAY, **here)
    words = house.receive(LEAK, now=MONDAY, building=None, category=CategoryFactory())

    assert doubted(house, "楼道太黑", now=MONDAY + week, **here) == [place.number]
    assert doubted(house, "楼道太黑", now=MONDAY + week + timedelta(seconds=1), **here) == []
    assert doubted(house, f"家里{LEAK}", now=MONDAY) == [words.number]
    assert doubted(house, "厨房水管不出水", now=MONDAY) == []


@pytest.mark.parametrize("ending", [(withdrawn,), (dispatched, claimed, resolved)])
def test_what_is_done_is_not_hinted(house, ending):
    ticket = house.receive(LEAK, now=MONDAY)
    for step in ending:
        step(ticket, house)

    assert hinted(house, LEAK) == []


def test_another_communitys_tickets_are_never_hinted(house):
    House().receive(LEAK, now=MONDAY)

    assert hinted(house, LEAK) == []
    assert duplicates.open_one(house.area, Ticket.objects.get().number) is None


def test_old_matters_are_not_hinted(house):
    house.receive(LEAK, now=NOW - timedelta(days=61))

    assert hinted(house, LEAK) == []


def test_at_most_five_are_shown(house):
    for _ in range(7):
        house.receive(LEAK, now=MONDAY)

    assert len(hinted(house, LEAK)) == 5


def test_hint_shows_no_digit_no_more_than_twenty_characters_and_nobody(house):
    private = {"name": "王秀兰", "phone": "13800138421", "room": "502"}
    house.receive("1单元５０２水管漏水\n电话13800138421，王秀兰家里漏了很久了没人管", now=MONDAY, **private)

    hint = duplicates.hints(house.area, Typed("水管漏水"), now=NOW)[0]

    assert hint.opening == "＊单元＊＊水管漏水 电话＊＊＊＊＊＊＊＊…"
    assert set(vars(hint)) == {
        "number",
        "category",
        "building",
        "age",
        "status",
        "status_label",
        "opening",
    }
    assert (hint.building, hint.category, hint.age) == ("24栋", house.category.name, "昨天 10:00 接单")


def test_guesses_find_out_neither_a_name_nor_what_was_said_elsewhere(house):
    """Filled up with what the opening shows, one pair more or less must make no difference."""
    words = "楼道里堆满了杂物，电动车也乱停，我叫欧阳建国，住在五零二室"
    ticket = house.receive(words, now=MONDAY, building=None, category=None, name="欧阳建国", room="五零二室")
    joined(ticket, house, words="门口的石狮子也倒了")
    shown = "楼道里堆满"

    for n in range(2, len(shown) + 1):
        guessed, not_there = (
            hinted(house, f"{shown[:n]}。{guess}")
            for guess in ("欧阳。阳建。建国。石狮。狮子", "司徒。徒玉。玉兰。木马。马厩")
        )
        assert guessed == not_there
    assert hinted(house, "楼道里堆满了杂物，电动车乱停") == [ticket.number]


def test_hint_hides_who_said_it_where_the_words_begin_with_them(house):
    house.receive("王秀兰家五零二，厨房水管漏水", now=MONDAY, name="王秀兰", room="五零二")
    house.receive("水管漏水，王家的水管", now=MONDAY, name="王")

    shown = [hint.opening for hint in duplicates.hints(house.area, Typed("水管漏水"), now=NOW)]

    assert shown == ["水管漏水，王家的水管", "＊＊家＊＊，厨房水管漏水"]


def test_name_that_begins_as_the_building_is_hidden_whole(house):
    type(house.building).objects.filter(pk=house.building.pk).update(name="和平")
    house.receive("王和平家水管漏水", now=MONDAY, name="王和平")

    [hint] = duplicates.hints(house.area, Typed("水管漏水", house.category, house.building), now=NOW)

    assert hint.opening == "＊＊家水管漏水"


@pytest.mark.parametrize(
    ("words", "name", "shown"),
    [
        ("王\u200b秀兰家水管漏水", "王秀兰", "＊＊家水管漏水"),
        ("Ｌi太太家水管漏水", "Li太太", "＊＊家水管漏水"),
        ("欧阳 建国家水管漏水", "欧阳建国", "＊＊家水管漏水"),
        ("水管漏水，电话一三九五五五五", "", "水管漏水，电话＊＊"),
        ("水管漏水，三四天了", "", "水管漏水，三四天了"),
        ("水管漏水，一三九 五五五五", "", "水管漏水，＊＊"),
        ("王秀兰家水管漏水", "王 秀兰", "＊＊家水管漏水"),
        (f"王{' ' * 200}x水管漏水", f"王{' ' * 6}兰", "王 x水管漏水"),
    ],
)
def test_name_or_number_in_disguise_is_hidden(house, words, name, shown):
    house.receive(words, now=MONDAY, name=name)

    [hint] = duplicates.hints(house.area, Typed("水管漏水", house.category, house.building), now=NOW)

    assert hint.opening == shown


@pytest.mark.parametrize(
    ("words", "room", "shown"),
    [
        ("24栋2单元502漏水", "2单元502", "24栋＊＊漏水"),
        ("住24栋A座，水管漏水", "24栋A座", "住24栋＊＊，水管漏水"),
        ("24栋的水管漏水", "24栋", "24栋的水管漏水"),
        ("24栋24号的水管漏水", "24", "24栋＊＊号的水管漏水"),
        ("124栋和4栋的水管漏水", "", "＊＊＊栋和＊栋的水管漏水"),
    ],
)
def test_building_that_stands_beside_stays_readable_and_nothing_else_does(house, words, room, shown):
    house.receive(words, now=MONDAY, room=room)

    [hint] = duplicates.hints(house.area, Typed("水管漏水", house.category, house.building), now=NOW)

    assert (hint.opening, hint.building) == (shown, "24栋")


def test_guesses_behind_what_is_known_find_out_nothing(house):
    house.receive(f"{LEAK}，请快来修，隔壁赵建华昨晚也来看过", now=MONDAY, building=None, category=None)
    others = [chr(0x4E00 + n) for n in range(600)]

    def found(known, letter):
        guesses = [f"赵{other}，" for other in [*others[:300], letter, *others[300:]]]
        return hinted(house, f"{LEAK[:known]}，{''.join(guesses)}")

    assert [n for n in range(len(LEAK)) if found(n, "建") != found(n, "甲")] == []


def test_hints_cost_two_statements_however_many_there_are(house, django_assert_num_queries):
    for _ in range(3):
        house.receive(LEAK, now=MONDAY)

    with django_assert_num_queries(1):
        assert hinted(house, "电梯停在五楼不动") == []
    with django_assert_num_queries(2):
        assert len(hinted(house, LEAK, building=house.building, category=house.category)) == 3


def test_whether_one_is_shown_is_asked_once(house, django_assert_num_queries):
    """As a hint or as a doubt: five of the place are hinted, and what reads alike is asked about besides."""
    here = {"building": house.building, "category": house.category}
    old = [house.receive("阳台顶上渗水", now=NOW - timedelta(days=20), **here) for _ in range(6)]
    alike = house.receive(LEAK, now=MONDAY, building=None, category=None)
    shown = {*hinted(house, LEAK, **here), *doubted(house, LEAK, **here)}
    asked = [*old, alike]

    with django_assert_num_queries(2 * len(asked)):
        found = [
            ticket.number
            for ticket in asked
            if duplicates.is_shown(house.area, Typed(LEAK, **here), ticket.number, now=NOW)
        ]

    assert set(found) == shown and len(shown) == 6 and alike.number in shown


def test_strange_words_break_nothing(house):
    house.receive(LEAK, now=MONDAY)

    for words in ("'", "\\", "漏'水", "漏\\水 & | ! ( ) :*", "𠮷𠮷漏水", "漏水" * 2000, "\u200b"):
        hinted(house, words)
        assert doubted(house, words) == [] or "漏水" in words


def test_pairs_are_of_han_characters_only():
    assert search.telling_pairs("24栋2单元502 wifi 漏水啊") == ["水啊", "漏水"]
