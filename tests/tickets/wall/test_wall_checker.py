"""What the wall's checker refuses, however it is written, and what it lets through."""

from random import Random

import pytest

from tests.tickets.wall.wall_texts import LOOKS_LIKE, SAID_OTHERWISE
from tickets.demo.texts import MATTERS
from tickets.demo.texts.wall import TOLD
from tickets.models.wall import TITLE_LIMIT, WORDS_LIMIT
from tickets.wall.checker import Known, digits, faults

KNOWN = Known(
    names=("王秀兰", "李阿姨", "欧阳明", "周建华", "J. Lee", "业主", "居民"),
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
    *(f"138{sign}0013{sign}8000" for sign in "：:；;！!?=&<>[]【】“”%^`★转和的x"),
    "1:3:8:0:0:1:3:8:0:0:0",
    "l38 OOl3 8OOO",
    "138S5S71234",
    "末四位5678",
    "后四位是5678",
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
    "五百零二",
    "一千二百零一",
    "五楼东户",
    "顶层西边户",
    "7层那家",
    "12-3",
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
    "秀兰阿姨",
    "建 华说的",
    "李家",
    "王姓居民",
    "姓周的住户",
    "欧阳师傅",
    "上官女士",
    "司马大爷",
    "安师傅",
    "白阿姨",
    "武大姐",
    "史先生",
    "涂老师",
)
PLACES = (
    "24栋楼下",
    "二十四栋",
    "２４ 栋",
    "3号楼门口",
    "2单元",
    "B座",
    "桂 花苑",
    "21–24栋",
    "5弄12号",
    "3#",
    "8号院",
)
OTHERS = (
    "11月24日修好",
    "十一月二十四日",
    "20号修好",
    "上周三",
    "周三来修",
    "11/3",
    "11.3",
    "3日上午",
    "渝A12345",
    "京a12345",
    "京A-12345",
    "京A 1 2 3 4 5",
    "京A1234警",
    "WJ京12345",
    "微信zhangsan88",
    "加扣扣",
    "vx：lisi_66",
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
    "换了3个水龙头，用了5号电池",
    "12楼和十五层的灯都亮了",
    "百姓金点子，老百姓方便了",
    "保安师傅和语文老师都说好，大家放心",
    "开放时间9:00–12:00，14:00–17:00",
    "每周一、三、五收大件，周一至周五有人",
    "赔了一百二十元，三百元以内",
    "水管11.3米，缝宽1.2厘米，3-5天修好",
    "在业主微信群里说了，居民都知道",
    "石家庄的厂家发货，家具搬走",
    "一周巡3次，四周一圈都擦了",
    "两百三十户都通了气，一共二十多处",
    "厨房改造，朝南户型都查了",
    "2号变压器检修，1号泵换新",
)


@pytest.mark.parametrize("text", [*PHONES, *PAPERS, *ROOMS, *NAMES, *PLACES, *OTHERS, *SAID_OTHERWISE])
def test_what_tells_on_somebody_is_refused(text):
    assert faults(f"水管修好了，{text}。", KNOWN)


@pytest.mark.parametrize("text", [*FINE, *LOOKS_LIKE])
def test_what_tells_of_the_work_is_let_through(text):
    assert faults(text, KNOWN) == []


def pieces(number, chance):
    """The digits in parts of one to four."""
    while number:
        size = chance.randint(1, 4)
        yield number[:size]
        number = number[size:]


def as_hours(number, chance):
    """1:35, 12:34, 15:55."""
    parts = (number[:3], number[3:7], number[7:])
    return chance.choice([",", "、", "-", "至", " "]).join(f"{part[:-2]}:{part[-2:]}" for part in parts)


def test_no_mobile_number_passes_as_hours_or_as_a_size():
    chance, through = Random(7), []
    for _ in range(60):
        number = f"1{chance.randint(3, 9)}{chance.randrange(10**9):09}"
        texts = [as_hours(number, chance), *(sign.join(pieces(number, chance)) for sign in ":x×*/ -")]
        through += [
            text for text in texts for unit in ("", "毫米", "的灯") if not faults(f"换了{text}{unit}", KNOWN)
        ]

    assert through == []


def test_refusal_says_what_it_found_and_each_thing_once():
    assert faults("找王女士，502室，电话138 0013 8000", KNOWN) == [
        "像电话号码：13800138000。回音壁上不写任何号码。",
        "像房号：502室。回音壁上不写房号。",
        "像姓名：王女士。请去掉再送审。",
    ]


def test_glue_is_no_room_unless_it_is_the_reporters():
    assert faults("用502胶水粘好了", Known()) == []
    assert faults("用502胶水粘好了", KNOWN)


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


def test_what_the_demo_writes_for_the_wall_fits_and_is_nobodys_own_words():
    said = {matter.words.split("。")[0] for matter in MATTERS}

    assert TOLD.keys() <= said
    assert all(len(title) <= TITLE_LIMIT and len(words) <= WORDS_LIMIT for title, words in TOLD.values())
    assert [title for title, words in TOLD.values() if faults(f"{title}\n{words}", Known())] == []
    assert not [
        words
        for _, words in TOLD.values()
        for about in ("我", "您", "母亲", "父亲", "残疾", "赔")
        if about in words
    ]
