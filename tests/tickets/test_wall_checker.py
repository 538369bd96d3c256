"""What the wall's checker refuses, however it is written, and what it lets through."""

from random import Random

import pytest

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

# Telephones as hours, sizes, over the radio, with words between; homes, days and people said without their number.
SAID_OTHERWISE = (
    "13:50、01:23、4:56",
    "1:35,12:34,15:55",
    "13:50至14:23至5:56",
    "20:36-21:18",
    "138 0013 八千",
    "138点0013点8000",
    "伍佰零贰室",
    "伍佰零贰",
    "幺三八洞洞幺三八洞洞洞",
    "拐洞洞幺两三四",
    "前三位138，中间0013，最后8000",
    "138（中间是0013）8000",
    "138然后0013然后8000",
    "加V：lisi66",
    "小红书号lisi66",
    "快手号：lisi66",
    "zhangsan艾特qq点com",
    "zhang at qq.com",
    "见lisi.cn",
    "五楼2号",
    "5楼左手第二家",
    "五楼头一家",
    "5F-2",
    "5F02",
    "3号门洞",
    "顶楼那户",
    "一楼带小院那家",
    "门牌号12",
    "门牌12",
    "小张说好用",
    "老李反映的",
    "张某",
    "王某某",
    "张XX",
    "张老爷子",
    "李老太",
    "W女士",
    "L阿姨",
    "张主任",
    "李书记说",
    "王经理",
    "何警官",
    "赵老板",
    "十一月廿四",
    "初八那天",
    "昨天修好",
    "昨晚来修的",
    "前天报的",
    "国庆节当天",
    "除夕晚上",
    "2026-11-24",
    "2026.11.24",
    "24/11",
    "上周末",
    "廿四栋",
    "3门502",
    "29.563N",
    "身份证后6位011234",
    "三门五楼",
    "电话尾数八千",
    "24＃",
    "第24幢",
    "住廿四号",
    "502#",
    "5楼-2",
    "两栋之间的3号",
    "11月二十几号",
    "21日",
    "十一月二十四",
    "11—24",
    "A栋",
    "工号8023的师傅",
    "东头第三家",
    "13:80 01:38 00:12",
    "13:52:01:23:45",
    "13:52，01:23，45",
    "10:20-12:34-05:06",
    "5:50 16:40",
    "54×145×89毫米的",
    "1/3来修",
    "周一开始漏水",
    "上周一开始每天漏",
    "大年初三",
    "初三那天",
    "加微信lisi_66",
)
# What only looks like it.
LOOKS_LIKE = (
    "换了1/3的灯管",
    "修剪了2/3的绿化带",
    "费用降了1/3",
    "换了600x600x20的地砖",
    "地砖规格600×600，补了12块",
    "隔板1200×600毫米，换了两块",
    "从周一开始每天巡查",
    "周一开始实行新的清运时间",
    "8:00-12:00 14:00-18:00有人",
    "每天7:00、12:00、18:00各清一次",
    "打12345也行",
    "水压从0.15兆帕调到0.3兆帕",
    "LED灯换了36盏，每盏12瓦",
    "试运行3天，24小时有人值守",
    "收拾干净了，拾到的钥匙放在站里",
    "装了4个摄像头，保存30天",
    "楼道粉刷了1800平方米",
    "一共走访了126户",
    "安全出口指示灯亮90分钟",
    "补种了20株月季，3棵桂花",
    "垃圾桶由5只增加到8只",
    "晾衣杆加了4根，每根2.5米",
    "DN50的水管换成了DN65",
    "换了20A的空气开关",
    "管径110毫米，换了12米",
    "停车位划了48个",
    "每逢周末有人巡",
    "整改前后都拍了照",
    "大家商量了两次，定了方案",
    "电梯停了2小时，下午恢复",
    "工程队长和施工队都到场",
    "担任组长的志愿者守了三个晚上",
    "年初三处漏水都修了",
    "以前天天堵，现在通了",
    "小叶榕修了枝，小林荫道通了",
    "最初3天有味道，后来没有了",
    "第一周每天看一次",
    "雨后又看了3遍",
    "3层防水卷材，厚4毫米",
    "按1:3配的砂浆，抹了2遍",
    "比原来快了1倍多",
    "门口坡道坡度1:12",
    "充电每度0.8元",
    "110和119都通知到了",
    "声音从65分贝降到45分贝",
    "灯从20:00亮到6:00",
    "扶手高0.9米，装了18米",
    "换了2.5平方的电线",
    "路面补了3处，6月起不再积水",
    "周一到周五有保洁，周末轮班",
    "请了3位师傅，干了4天",
    "10kV线路改造，停电3次",
    "换了M8的螺栓",
    "水箱容量15吨，洗了2遍",
    "5号电池换了6节",
    "楼上楼下都试过",
    "每月清一次油烟管",
    "通风井第2道格栅换了",
    "热线96777有人接",
    "用了C25混凝土",
    "班主任老师带着学生来刷漆",
    "感谢书记和各位邻居",
    "治安主任没有事要办",
    "初三部分学生来帮忙",
    "8:00-12:00 14:00-18:00 19:00-21:00",
    "楼道灯22:00–6:00自动调暗",
    "24/7有人值守",
    "石材店老板送了两袋沙",
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
