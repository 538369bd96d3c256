"""The yearly notice as text: nine real ones against chinesecalendar, invented ones, and what a wrong one is told.

announcements/ holds the notices for 2018–2026 as the General Office published them (official texts, 著作权法 art. 5).
"""

import re
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from chinese_calendar.constants import Holiday, holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from stations import announcement, statutory, workdays

TEXTS = Path(__file__).parent / "announcements"
DAY = timedelta(days=1)
NAMES = {holiday.value: holiday.chinese for holiday in Holiday}
# Moved during the year by two further notices, 〔2019〕3号 and 〔2020〕1号.
AMENDED = {
    *(date(2019, 4, 28), date(2019, 5, 2), date(2019, 5, 3), date(2019, 5, 5)),
    *(date(2020, 1, 31), date(2020, 2, 1)),
}


def text_of(year):
    return (TEXTS / f"{year}.txt").read_text(encoding="utf-8")


def is_worked(day, said):
    return day in said.worked or (day not in said.days_off and day.weekday() < 5)


def sentences(text):
    said = announcement.read(text)
    return [fault.sentence for fault in said.faults]


@pytest.mark.parametrize("year", range(2018, 2027))
def test_real_notice_gives_exactly_the_days_of_chinesecalendar(year):
    said = announcement.read(text_of(year))
    days = [date(year - 1, 12, 29) + n * DAY for n in range(365)]

    wrong = {day for day in days if is_worked(day, said) != chinese_calendar.is_workday(day)}

    assert (said.year, said.faults) == (year, ())
    assert wrong == {day for day in AMENDED if day.year == year}


@pytest.mark.parametrize("year", range(2018, 2027))
def test_days_off_are_named_as_in_chinesecalendar(year):
    said = announcement.read(text_of(year))

    assert {day: NAMES[holidays[day]] for day in said.days_off} == said.days_off


def test_the_notice_of_2026_gives_all_its_days():
    said = announcement.read(text_of(2026))

    assert said.document == "国办发明电〔2025〕7号"
    assert len(said.days_off) == 33
    assert [day.isoformat()[5:] for day in said.worked] == "01-04 02-14 02-28 05-09 09-20 10-10".split()
    assert said.breaks[1].line == (
        "春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。"
    )


@pytest.mark.parametrize(
    "copied",
    [
        lambda text: text.replace("\n", ""),
        lambda text: text.replace("\n", "\r\n\r\n  　"),
        lambda text: re.sub(r"(?<=.)", " ", text),
        lambda text: text.replace("，", ",").replace("：", ":").replace("（", "(").replace("）", ")"),
        lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda text: re.sub("([一二三四五六七])、(?=..节?：)", r"（\1）、", text),
        lambda text: re.sub("[一二三四五六七]、(?=..节?：)", "- ", text),
        lambda text: (
            "首页 > 时政\n2025-11-04 22:15\n" + text + "\n人民日报（2025年11月5日 第04版）\n分享让更多人看到"
        ),
    ],
)
def test_copying_does_not_matter(copied):
    said, plain = (announcement.read(text) for text in (copied(text_of(2026)), text_of(2026)))

    assert said.faults == ()
    assert (said.days_off, said.worked) == (plain.days_off, plain.worked)


@pytest.mark.parametrize(
    "printed", ["12月30日至1月1日", "12月30日（周三）至1月1日（周五）", "2026年12月30日至2027年1月1日"]
)
def test_new_year_may_begin_in_the_year_before(printed):
    line = f"元旦：{printed}放假调休，共3天。12月27日（周日）上班。"

    said = announcement.read(notice(2027).replace(f"元旦：{line_of(2027, '元旦')}", line))

    assert said.faults == ()
    assert date(2026, 12, 30) in said.days_off
    assert date(2026, 12, 27) in said.worked


def test_advice_to_take_leave_is_no_day_off_and_is_shown():
    said = announcement.read(text_of(2024))

    assert date(2024, 2, 9) not in said.days_off
    assert [remark.sentence for remark in said.remarks] == [
        "“春节”里这一句没有写放假或上班，没有算进去：鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。"
    ]


def test_days_of_a_joined_break_are_named_apart():
    autumn = announcement.read(text_of(2025)).days_off

    assert autumn[date(2025, 10, 5)] == "国庆节"
    assert autumn[date(2025, 10, 6)] == "中秋"


QINGMING = "三、清明节：4月4日（周六）至6日（周一）放假，共3天。"
WRONG = [
    ("共9天", "共8天", "“春节”写的是共8天，按日期数是9天。"),
    ("二十八、周日", "二十八、周一", "“春节”的2月15日写的是周一，2026年这一天是周日。"),
    ("2月28日（周六）上班", "2月27日上班", "“春节”的2月27日（周五）本来就上班，不会是调休上班日。"),
    ("2月14日（周六）", "2月21日（周六）", "2月21日（周六）前后不一：“春节”放假，“春节”上班。"),
    ("5月9日（周六）上班", "2月14日上班", "2月14日（周六）前后不一：“春节”上班，“劳动节”上班。"),
    ("6月19日（周五）", "6月31日（周五）", "“端午节”里没有这一天：6月31日。"),
    ("6日（周一）放假", "26日放假", "“清明节”的4月4日（周六）至4月26日（周日）不像一段假期，请核对。"),
    ("10月1日（周四）至", "10月2日（周五）至", "“国庆节”写的是共7天，按日期数是6天。"),
    ("9月25日（周五）至27日（周日）", "8月28日至30日", "“中秋节”的假期里没有9月25日（周五），中秋就在那天。"),
    (
        "至21日（周日）放假，共3天",
        "至21日（周日）、11月25日（周三）放假",
        "“端午节”从6月19日（周五）放到11月25日（周三），不像一段假期，请核对。",
    ),
    (QINGMING, "", "没有找到“清明节”这一行。请把通知从头到尾粘贴过来。"),
    (QINGMING, "三、清明节：另行通知。", "“清明节”这一行没有读到放假的日期。"),
    ("三、清明节：", "三、春节：", "“春节”出现了2次。请只粘贴一份通知。"),
]


@pytest.mark.parametrize(("before", "after", "sentence"), WRONG)
def test_wrong_notice_is_told_what_is_wrong(before, after, sentence):
    assert text_of(2026).count(before) == 1

    assert sentence in sentences(text_of(2026).replace(before, after))


def test_fault_names_its_line():
    said = announcement.read(text_of(2026).replace("共9天", "共8天"))

    assert [fault.line for fault in said.faults] == [
        "春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共8天。2月14日（周六）、2月28日（周六）上班。"
    ]


NO_YEAR = "没有找到是哪一年的通知。请连同标题“国务院办公厅关于……年部分节假日安排的通知”一起粘贴。"
# As the State Council published them, 国办发明电〔2019〕3号 and 〔2020〕1号, without the sentences that name no day.
MAY_OF_2019 = """国务院办公厅关于调整2019年劳动节假期安排的通知
经国务院批准，现将调整2019年劳动节假期安排通知如下：
一、2019年5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。
"""
SPRING_OF_2020 = """国务院办公厅关于延长2020年春节假期的通知
经国务院批准，为加强新型冠状病毒感染的肺炎疫情防控工作，现将延长2020年春节假期的具体安排通知如下。
一、延长2020年春节假期至2月2日（农历正月初九，星期日），2月3日（星期一）起正常上班。
二、各地大专院校、中小学、幼儿园推迟开学，具体时间由教育部门另行通知。
"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", NO_YEAR),
        ("请各单位做好值班。", NO_YEAR),
        ("国务院办公厅关于9999年部分节假日安排的通知", "通知的年份读成了9999年，请核对。"),
        (MAY_OF_2019, announcement.AMENDMENT),
        (SPRING_OF_2020, announcement.AMENDMENT),
        (SPRING_OF_2020.partition("\n")[2], announcement.AMENDMENT),
        ("春节假期延长至2020年2月2日（农历正月初九，星期日），2月3日起正常上班。", announcement.AMENDMENT),
    ],
)
def test_other_text_is_told_what_it_lacks(text, sentence):
    assert sentences(text) == [sentence]


def test_two_notices_at_once_are_refused():
    assert sentences(text_of(2025) + text_of(2026)) == [
        "文字里有不止一年的通知（2025年、2026年）。请一次只粘贴一年的。"
    ]


def test_statutory_day_that_is_not_given_off_is_remarked_only():
    text = text_of(2026).replace("23日（农历正月初七、周一）放假调休，共9天", "18日放假，共4天")

    said = announcement.read(text)

    assert said.faults == ()
    assert [remark.sentence for remark in said.remarks] == [
        "春节的法定假日2月19日（周四），通知里没有放假，请核对。",
        "“春节”在周一到周五里放3天，法定假日4天，少了1天，读到的调休上班是2天。",
    ]


# Cut off --------------------------------------------------------------------------------------------

SHORT_OF_BOTH = "“国庆节”在周一到周五里放5天，法定假日3天，多出的2天要用周末上班来补，读到的调休上班是0天。"


def remarks(text):
    said = announcement.read(text)
    assert said.faults == ()
    return [remark.sentence for remark in said.remarks]


def slips_through(text, year):
    """Whether a text gets the green tick and gives other days than the whole notice."""
    said, whole = announcement.read(text), announcement.read(text_of(year))
    is_ticked = not said.faults and not said.remarks
    return is_ticked and (said.days_off, said.worked) != (whole.days_off, whole.worked)


@pytest.mark.parametrize("year", range(2018, 2027))
def test_real_notice_balances_by_the_law_of_its_year(year):
    """All nine do, so that a sentence about it means something; a date under a notice is no hint either."""
    hinted = [sentence for sentence in remarks(text_of(year)) if "鼓励各单位" not in sentence]

    assert hinted == []


@pytest.mark.parametrize("law_of", [2024, 2026])
def test_law_of_another_year_does_not_fit(law_of):
    """Two days more since 2025: by the law of the other time 春节 and 劳动节 are out of balance."""
    breaks = announcement.read(text_of({2024: 2026, 2026: 2024}[law_of])).breaks

    wrong = [fault.line[:2] for fault in announcement._out_of_balance(breaks, law_of)]

    assert wrong == ["春节", "劳动"]


def test_days_by_law_are_those_of_the_table():
    for year, feasts in statutory.FEASTS.items():
        assert {feast.name: feast.statutory_days for feast in feasts} == {
            feast.name: statutory.days_by_law(feast.name, year) for feast in feasts
        }


@pytest.mark.slow
@pytest.mark.parametrize("year", range(2018, 2027))
def test_notice_cut_off_anywhere_gets_no_tick_with_other_days(year):
    """At every character, every end of a sentence among them."""
    text = text_of(year)

    assert [text[:place][-20:] for place in range(len(text)) if slips_through(text[:place], year)] == []


@settings(max_examples=100, deadline=None)
@given(st.integers(2018, 2026), st.data())
def test_sentences_left_out_get_no_tick_with_other_days(year, data):
    parts = re.findall("[^。；\n]+[。；\n]?", text_of(year))
    lost = data.draw(st.sets(st.integers(0, len(parts) - 1), min_size=1, max_size=3))

    assert not slips_through("".join(part for n, part in enumerate(parts) if n not in lost), year)


def test_text_cut_off_in_a_sentence_is_told():
    cut = text_of(2026).partition("班。\n鼓励")[0]

    assert remarks(cut) == [
        "“国庆节”里这一句没有写放假或上班，没有算进去：9月20日（周日）、10月10日（周六）上。",
        SHORT_OF_BOTH,
    ]


def test_other_word_for_working_is_told():
    before, word, after = text_of(2026).rpartition("上班")

    assert remarks(f"{before}补班{after}") == [
        "“国庆节”里这一句没有写放假或上班，没有算进去：9月20日（周日）、10月10日（周六）补班。",
        SHORT_OF_BOTH,
    ]


def test_lost_sentence_is_told():
    assert remarks(text_of(2026).replace("9月20日（周日）、10月10日（周六）上班。", "")) == [SHORT_OF_BOTH]


def test_working_weekend_far_from_its_holiday_is_told():
    """10 January 2026 is a Saturday as well."""
    assert remarks(text_of(2026).replace("10月10日（周六）", "1月10日（周六）")) == [
        "“国庆节”的1月10日（周六）上班，离假期很远，请核对月份。"
    ]


def test_no_changed_digit_moves_a_day_off_unnoticed():
    """Every digit of the seven lines of 2026, each replaced by every other digit."""
    text = text_of(2026)
    first, last = text.index("一、元旦"), text.index("鼓励单位")
    places = [place for place in range(first, last) if text[place].isdigit()]
    plain = announcement.read(text).days_off

    slipped = [
        (text[place - 5 : place + 5], digit)
        for place in places
        for digit in "0123456789"
        if not (said := announcement.read(text[:place] + digit + text[place + 1 :])).faults
        and said.days_off != plain
    ]

    assert slipped == []


# Invented notices ----------------------------------------------------------------------------------

ORDER = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆节")
NUMBERS = "一二三四五六七"


def breaks_of(year):
    """{holiday: days off} as expected by the shipped table, 中秋 apart from 国庆节 where they meet."""
    feasts = {feast.name: list(feast.days_off()) for feast in statutory.FEASTS[year]}
    if set(feasts["中秋"]) & set(feasts["国庆节"]):
        feasts["国庆节、中秋"] = sorted({*feasts.pop("国庆节"), *feasts.pop("中秋")})
    return feasts


def dated(day, year, *, weekdays):
    printed = f"{day.month}月{day.day}日" if day.year == year else f"{day.year}年{day.month}月{day.day}日"
    return f"{printed}（周{workdays.WEEKDAYS[day.weekday()]}）" if weekdays else printed


def line_of(year, name, worked=(), *, weekdays=True):
    days = breaks_of(year)[name]
    first, last = (dated(day, year, weekdays=weekdays) for day in (days[0], days[-1]))
    span = first if len(days) == 1 else f"{first}至{last}"
    takes = "、".join(dated(day, year, weekdays=True) for day in worked)
    return f"{span}放假，共{len(days)}天。" + (f"{takes}上班。" if takes else "")


def notice(year, worked=None, *, weekdays=True):
    """A notice as the General Office might write it, with the expected breaks."""
    lines = []
    for name in sorted(breaks_of(year), key=lambda name: ORDER.index(name.split("、")[0])):
        printed = "、".join(part if part.endswith(("旦", "节")) else f"{part}节" for part in name.split("、"))
        line = line_of(year, name, (worked or {}).get(name, ()), weekdays=weekdays)
        lines.append(f"{NUMBERS[len(lines)]}、{printed}：{line}")
    return f"国务院办公厅关于{year}年部分节假日安排的通知\n" + "\n".join(lines)


@st.composite
def takings(draw):
    """(year, {holiday: weekend days worked for it}) without a day that is off."""
    year = draw(st.integers(2026, 2035))
    breaks = breaks_of(year)
    off = {day for days in breaks.values() for day in days}
    taken = {}
    for name, days in breaks.items():
        near = [days[0] + n * DAY for n in range(-14, 21)]
        free = [d for d in near if d.weekday() > 4 and d not in off and d not in {*sum(taken.values(), [])}]
        taken[name] = sorted(draw(st.sets(st.sampled_from(free), max_size=2)))
    return year, taken


@settings(max_examples=60, deadline=None)
@given(takings(), st.booleans())
def test_invented_notice_is_read_as_written(case, weekdays):
    year, taken = case

    said = announcement.read(notice(year, taken, weekdays=weekdays))

    assert [fault.sentence for fault in said.faults] == []
    assert {*said.days_off} == {day for days in breaks_of(year).values() for day in days}
    assert {*said.worked} == {day for days in taken.values() for day in days}


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        alphabet="一二三四五六七日月年、：（）。至放假上班共天0123456789元旦春节清明国庆 \n", max_size=200
    )
)
def test_any_text_is_answered(noise):
    """Never an exception, whatever is pasted."""
    title = "国务院办公厅关于2027年部分节假日安排的通知"

    assert announcement.read(title + noise).faults


def test_heading_repeats_nothing_without_end():
    """It is looked for at every character: 20,000 of 一 would be read 200,000,000 times."""
    assert not re.search(r"[+*]|,\}", announcement._HEADING.pattern)
