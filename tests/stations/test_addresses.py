"""Reading a building as people type it."""

from types import SimpleNamespace

import pytest

from stations.addresses import read_place, said_in

BUILDINGS = [
    SimpleNamespace(name=name) for name in ("3栋", "2栋", "23栋", "24栋", "A座", "幸福里5号楼", "中心花园")
]


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("24", "24栋", ""),
        ("24栋", "24栋", ""),
        ("２４栋", "24栋", ""),
        ("24#", "24栋", ""),
        ("24＃502", "24栋", "502"),
        (" 24号楼 ", "24栋", ""),
        ("024", "24栋", ""),
        ("3栋2单元", "3栋", "2单元"),
        ("3-2-502", "3栋", "2-502"),
        ("３ ２单元", "3栋", "２单元"),
        ("二十四栋", "24栋", ""),
        ("三幢三楼", "3栋", "三楼"),
        ("a座", "A座", ""),
        ("A", "A座", ""),
        ("中心花园，凉亭边", "中心花园", "凉亭边"),
        ("幸福里5号楼楼顶", "幸福里5号楼", "楼顶"),
    ],
)
def test_place_names_the_building_and_keeps_the_rest(typed, name, rest):
    building, left = read_place(typed, BUILDINGS)

    assert (building.name, left) == (name, rest)


@pytest.mark.parametrize(
    "typed", ["2单元", "3楼", "99栋", "5栋", "菜市场", "二楼", "24号线", "车库B2", "", "十字路口", "①"]
)
def test_place_that_names_no_building_stays_whole(typed):
    building, left = read_place(typed, BUILDINGS)

    assert (building, left) == (None, typed)


def test_place_that_could_be_two_buildings_is_not_guessed():
    twins = [SimpleNamespace(name="3栋"), SimpleNamespace(name="3号楼")]

    assert read_place("3", twins) == (None, "3")
    assert read_place("3号楼", twins)[0] is twins[1]


@pytest.mark.parametrize("typed", ["楼", "十栋", "百" * 60, "９" * 60, "-" * 60, "²", "٣", "栋"])
def test_any_text_is_read_without_complaint(typed):
    assert read_place(typed, BUILDINGS) == (None, typed)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("3栋楼梯水管漏水", "3栋"),
        ("我家在２４栋，水管漏水", "24栋"),
        ("二十四号楼电梯停了", "24栋"),
        ("3栋和3号楼都停水", "3栋"),
        ("3号车棚充电桩坏了", None),
        ("3楼走廊灯不亮", None),
        ("24 小时有噪音", None),
        ("123栋", None),
        ("3栋吵到24栋", None),
        ("", None),
    ],
)
def test_sentence_names_a_building_only_where_it_can_be_nothing_else(words, name):
    building = said_in(words, BUILDINGS)

    assert (building and building.name) == name


def test_sentence_that_could_mean_two_buildings_names_none():
    twins = [SimpleNamespace(name="3栋"), SimpleNamespace(name="3号楼")]

    assert said_in("3栋楼梯水管漏水", twins) is None
