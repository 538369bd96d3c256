"""The station's shelf: what is there, used up, restocked, counted; what only the lead decides; the admin's page."""

import uuid

import pytest
from django.urls import reverse

from stations import stock
from stations.models import Supply
from tests.access.page_forms import as_sent
from tests.factories import person
from tests.stations.shelf import lent, supply

SUPPLIES, ADD = reverse("tickets:supplies"), reverse("tickets:add_supply")
MASKS = {"unit_word": "只", "is_lendable": False, "low_mark": 10}


@pytest.fixture
def volunteer(house, client_of):
    return client_of(house.volunteer)


@pytest.fixture
def lead(house, client_of):
    return client_of(house.lead)


@pytest.fixture
def masks(house):
    return supply(house, "口罩", 12, **MASKS)


def page_of(thing, name="supply"):
    return reverse(f"tickets:{name}", args=[thing.pk])


def change(kind="used", number=1, **fields):
    return {"kind": kind, "number": number, "key": str(uuid.uuid4()), **fields}


def settings(**fields):
    return {"name": "口罩", "unit_word": "只", "key": str(uuid.uuid4()), **fields}


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize(
    ("count", "out", "word"), [(11, 0, "够用"), (10, 0, "快用完了"), (0, 0, "用完了"), (2, 2, "都借出去了")]
)
def test_list_says_how_it_stands(house, volunteer, count, out, word):
    thing = supply(house, "口罩", count, low_mark=None if out else 10)
    for _ in range(out):
        lent(house, thing)

    assert f"{word}<" in text(volunteer.get(SUPPLIES))


@pytest.mark.parametrize("mark", [None, 10])
def test_used_up_is_as_loud_as_running_low(house, volunteer, mark):
    thing = supply(house, "口罩", 0, low_mark=mark)

    for address in (SUPPLIES, page_of(thing)):
        chip = text(volunteer.get(address)).partition('<span class="due due-near">')[2]
        assert "用完了</span>" in chip[:900]


@pytest.mark.parametrize("who", ["volunteer", "lead", "dispatcher"])
def test_change_is_written_down_by_anybody_at_the_desk(house, client_of, masks, who):
    answer = client_of(getattr(house, who)).post(
        page_of(masks), change("used", 2, note="发给环卫工"), follow=True
    )

    assert "口罩现有10只" in text(answer)
    assert "发给环卫工" in text(answer) and "快用完了" in text(answer)
    assert masks.changes.first().by == getattr(house, who)


def test_one_press_in_the_list_uses_one_up(house, volunteer, masks):
    sent = change(**{"from": "list"})

    assert {volunteer.post(page_of(masks), sent).url for _ in range(2)} == {SUPPLIES}
    assert Supply.objects.get().stock == 11


def test_changed_form_sent_again_is_told_and_done_by_the_next_press(volunteer, masks):
    sent = change("used", 2)
    volunteer.post(page_of(masks), sent)
    changed = sent | {"number": 7, "note": "发给环卫工"}

    answer = volunteer.post(page_of(masks), changed)

    assert answer.status_code == 409
    assert "刚才已经记下“用掉2只”" in text(answer) and "再按一次“记下”" in text(answer)
    assert 'value="7"' in text(answer) and "发给环卫工" in text(answer)
    assert Supply.objects.get().stock == 10
    volunteer.post(page_of(masks), changed | {"key": answer.context["form"].fresh_key})
    assert Supply.objects.get().stock == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": ""}, "选用掉、补货或盘点"),
        ({"kind": "lent"}, "选用掉、补货或盘点"),
        ({"number": ""}, "填写数量"),
        ({"number": "三"}, "只写数字"),
        ({"number": "-1"}, "填0到10000之间的数"),
        ({"number": "10001"}, "填0到10000之间的数"),
        ({"number": "0"}, "至少填1"),
        ({"note": "字" * 61}, "最多60字"),
    ],
)
def test_wrong_change_is_named_and_what_was_typed_is_kept(volunteer, masks, fields, sentence):
    answer = volunteer.post(page_of(masks), change(note="发给环卫工") | fields)

    assert answer.status_code == 422
    assert text(answer).count(sentence) >= 2 and (fields.get("note") or "发给环卫工") in text(answer)
    assert Supply.objects.get().stock == 12


def test_more_than_there_is_cannot_be_used(volunteer, masks):
    answer = volunteer.post(page_of(masks), change("used", 13))

    assert answer.status_code == 409
    assert "口罩现在只有12只" in text(answer)


def test_count_made_before_somebody_elses_change_is_asked_for_again(volunteer, masks):
    volunteer.post(page_of(masks), change())

    answer = volunteer.post(page_of(masks), change("counted", 9, seen=12))

    assert answer.status_code == 409
    assert "现在有11只" in text(answer) and 'name="seen" value="11"' in text(answer)


def test_lead_enters_and_changes_what_is_kept(house, lead):
    lead.post(ADD, settings(stock=50, low_mark=10))
    masks = Supply.objects.get()
    changed = settings(name="医用口罩", is_lendable="on", is_active="on", seen=stock.stamp(masks))
    lead.post(page_of(masks, "edit_supply"), changed)

    masks.refresh_from_db()
    assert (masks.station, masks.stock, masks.unit_word) == (house.station, 50, "只")
    assert (masks.name, masks.low_mark, masks.is_lendable, masks.is_active) == ("医用口罩", None, True, True)


def test_stale_settings_are_told_what_is_stored_and_saved_by_the_next_press(house, lead, masks):
    address = page_of(masks, "edit_supply")
    stale = as_sent(lead.get(address)) | {"name": ["医用口罩"]}
    stock.configure(masks, by=house.lead, low_mark=5, is_lendable=True)

    answer = lead.post(address, stale)

    assert answer.status_code == 409
    assert "现在存的是：名称 口罩、提醒数 5、可以借出 是。" in text(answer)
    kept = as_sent(answer)
    assert {**kept, "seen": ""} == {**stale, "seen": "", "key": kept["key"]}
    assert Supply.objects.values_list("name", "low_mark").get() == ("口罩", 5)
    lead.post(address, kept)
    assert Supply.objects.values_list("name", "low_mark", "is_lendable").get() == ("医用口罩", 10, False)


def test_settings_without_what_was_seen_are_asked_about(lead, masks):
    answer = lead.post(page_of(masks, "edit_supply"), settings(name="医用口罩", is_active="on"))

    assert answer.status_code == 409 and 'value="医用口罩"' in text(answer)
    assert Supply.objects.get().name == "口罩"


def test_changed_new_supply_sent_again_is_told_and_entered_by_the_next_press(lead):
    sent = settings(stock=50)
    lead.post(ADD, sent)
    changed = sent | {"name": "体温计", "stock": 3}

    answer = lead.post(ADD, changed)

    assert answer.status_code == 409
    assert "这张表已经登记成“口罩”，改动没有记上" in text(answer) and 'value="体温计"' in text(answer)
    lead.post(ADD, changed | {"key": answer.context["form"].fresh_key})
    assert [*Supply.objects.values_list("name", "stock")] == [("口罩", 50), ("体温计", 3)]


@pytest.mark.parametrize("name", ["add_supply", "edit_supply"])
@pytest.mark.parametrize("who", ["volunteer", "dispatcher"])
def test_others_read_that_the_lead_decides(house, client_of, masks, who, name):
    address = ADD if name == "add_supply" else page_of(masks, name)

    answer = client_of(getattr(house, who)).post(address, settings(name="别的", stock=1))

    assert answer.status_code == 403
    assert "物品由站长登记和修改" in text(answer)
    assert Supply.objects.get().name == "口罩"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "填写名称"),
        ({"name": "字" * 31}, "最多30字"),
        ({"unit_word": ""}, "填写量词"),
        ({"stock": ""}, "填写数量"),
        ({"low_mark": "-1"}, "填0到10000之间的数"),
        ({"key": ""}, "再按一次"),
    ],
)
def test_wrong_settings_are_named(lead, fields, sentence):
    answer = lead.post(ADD, settings(stock=5) | fields)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Supply.objects.exists()


def test_taken_name_is_told(house, lead, masks):
    pens = supply(house, "笔")

    answers = [
        lead.post(ADD, settings(stock=5)),
        lead.post(page_of(pens, "edit_supply"), settings(is_active="on", seen=stock.stamp(pens))),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("已经有同名的物品" in text(answer) for answer in answers)


@pytest.mark.parametrize("name", ["supply", "edit_supply"])
def test_supply_of_another_station_is_not_found(house, client_of, masks, name):
    other = person("station_lead", station=house.outsider.posts.get().station)

    assert client_of(other).get(page_of(masks, name)).status_code == 404
    assert client_of(other).post(page_of(masks, name), change() | settings()).status_code == 404
    assert masks.changes.count() == 1


def test_list_asks_the_same_questions_for_1_and_4(house, volunteer, masks, django_assert_num_queries):
    volunteer.get(SUPPLIES)
    with django_assert_num_queries(3):
        volunteer.get(SUPPLIES)
    for n in range(3):
        lent(house, supply(house, f"雨伞{n}"))

    with django_assert_num_queries(3):
        volunteer.get(SUPPLIES)


def test_admin_enters_supplies_and_leaves_a_record(house, client_of):
    window = client_of(house.admin)
    form = {"station": house.station.pk, "name": "书", "unit_word": "本", "stock": 60, "is_active": "on"}

    window.post(reverse("admin:stations_supply_add"), form)
    books = Supply.objects.get()
    window.post(
        reverse("admin:stations_supply_change", args=[books.pk]), form | {"is_lendable": "on", "stock": 1}
    )

    books.refresh_from_db()
    assert (books.stock, books.is_lendable) == (60, True)
    assert [*books.changes.values_list("kind", "by")] == [
        ("settings", house.admin.pk),
        ("counted", house.admin.pk),
    ]


def test_admin_reads_that_a_name_is_taken(house, client_of, masks):
    form = {"station": house.station.pk, "name": "口罩", "unit_word": "只", "stock": 1, "is_active": "on"}

    answer = client_of(house.admin).post(reverse("admin:stations_supply_add"), form)

    assert answer.status_code == 200 and "已经有同名的物品" in text(answer)


def test_admin_who_renames_reads_that_the_name_is_taken(house, client_of, masks):
    other = supply(house, "雨伞")
    form = {"name": "口罩", "unit_word": "把", "is_active": "on"}

    answer = client_of(house.admin).post(reverse("admin:stations_supply_change", args=[other.pk]), form)

    other.refresh_from_db()
    assert answer.status_code == 200 and "已经有同名的物品" in text(answer)
    assert other.name == "雨伞"
