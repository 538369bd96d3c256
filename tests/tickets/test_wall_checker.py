"""What the wall's checker refuses, however it is written, and what it lets through."""

import pytest

from tickets.demo.texts import MATTERS
from tickets.wall.checker import Known, digits, faults

KNOWN = Known(
    names=("王秀兰", "李阿姨", "欧阳明", "周建华", "J. Lee"),
    rooms=("502", "3-1201", "12"),
    places=("24栋", "桂花苑"),
)
PHONES = (
    "13800138000",
    "138 0013 8000",
    "138-0013-8000",
    "138、0013、8000",
    "138\n0013\n8000",
    "１３８００１３８０００",
    "１３８　００１３　８０００",
    "一三八零零一三八零零零",
    "幺三八〇〇幺三八〇〇〇",
    "一三八，○○一三，八○○○",
    "壹叁捌零零壹叁捌零零零",
    "①③⑧⓪⓪①③⑧⓪⓪⓪",
    "1\ufe0f\u20e33\ufe0f\u20e38\ufe0f\u20e30013 8000",
    "138\u200b0013\u200b8000",
    "138OO138OOO",
    "١٣٨٠٠١٣٨٠٠٠",
    "𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎",
    "023-6868 1234",
    "（023）6868·1234",
    "六八六八一二三四",
    "138****8000",
    "尾号8000",
)
PAPERS = (
    "500102198001011234",
    "50010219800101123X",
    "500102 19800101 123ｘ",
    "五零零一零二一九八零零一零一一二三四",
)
ROOMS = (
    "502",
    "五〇二",
    "502室",
    "５０２室",
    "5 0 2室",
    "五百零二室",
    "A502",
    "3-2-501",
    "3栋2单元",
    "12#1204",
    "1201房",
    "803户",
)
NAMES = (
    "王秀兰家",
    "王 秀 兰",
    "王·秀·兰",
    "王\u200b秀兰",
    "王女士",
    "王某",
    "老王",
    "李阿姨",
    "欧阳明",
    "周师傅",
    "陈大爷说",
    "j lee",
)
PLACES = ("24栋楼下", "二十四栋", "２４ 栋", "3号楼门口", "2单元", "B座", "桂 花苑", "21–24栋")
OTHERS = (
    "11月24日修好",
    "十一月二十四日",
    "渝A12345",
    "北纬29.56301",
    "29°33′",
    "微信号同手机",
    "a@b.cn",
    "见https://a.cn",
)
FINE = (
    "换了三盏声控灯，同单元七层都试过",
    "全小区62处一并检查，花了1200元",
    "和舞蹈队约定20:30收场",
    "每天09:00–20:00有人",
    "11月起每周三上门",
    "会议室的门修好了",
    "26℃也不冷了，装了12个插口",
    "着火先打119，困人找值班室",
    "3号车棚换了4个充电模块",
    "二楼转角的扶手擦干净了",
)


@pytest.mark.parametrize("text", [*PHONES, *PAPERS, *ROOMS, *NAMES, *PLACES, *OTHERS])
def test_what_tells_on_somebody_is_refused(text):
    assert faults(f"水管修好了，{text}。", KNOWN)


@pytest.mark.parametrize("text", FINE)
def test_what_tells_of_the_work_is_let_through(text):
    assert faults(text, KNOWN) == []


def test_refusal_says_what_it_found_and_each_thing_once():
    assert faults("找王女士，502室，电话138 0013 8000", KNOWN) == [
        "像电话号码：13800138000。回音壁上不写任何号码。",
        "像房号：502室。回音壁上不写房号。",
        "像姓名：王女士。请去掉再送审。",
    ]


def test_short_room_and_single_character_are_not_looked_for():
    """Known facts too short to tell anybody apart: 12, and a surname."""
    assert faults("换了12个插口，李子树也修了枝", Known(names=("李",), rooms=("12",))) == []


def test_room_within_a_longer_number_is_another():
    assert faults("花了15020元", Known(rooms=("502",))) == []


def test_every_sign_for_a_digit_is_read():
    assert digits("〇零一壹①٣十") == "001113十"


def test_words_of_the_demo_are_let_through():
    assert [
        text for matter in MATTERS if faults(text := f"{matter.words.split('。')[0]}。{matter.done}", Known())
    ] == []
