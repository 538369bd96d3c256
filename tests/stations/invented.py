"""A notice for 2027 as the General Office might write it; invented, for use until the real one is out."""

from stations import announcement, calendars
from stations.calendars import YearDays
from tickets import yearly

TITLE = "国务院办公厅关于2027年\n部分节假日安排的通知\n国办发明电〔2026〕99号\n"
LINES = """
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕、周五）至13日（农历正月初八、周六）放假调休，共9天。1月31日（周日）、2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""
NOTICE = f"{TITLE}{LINES}节假日期间，各地区、各部门要妥善安排好值班。\n\n国务院办公厅\n2026年11月20日\n"
# With 31 December off as well, as the notices for 2019 and 2023 did: what was due then moves.
LONG = NOTICE.replace(
    "1月1日（周五）至3日（周日）放假，共3天。",
    "2026年12月31日（周四）至2027年1月3日（周日）放假调休，共4天。2026年12月27日（周日）上班。",
)


def days_of(text):
    return yearly.days_of(announcement.read(text))


def this_year(*, off=(), worked=()):
    """2026 as the package has it, with a few days otherwise: a notice of the whole year."""
    known = calendars.package_year(2026)
    return YearDays(2026, {**known.days_off, **dict(off)}, {*known.worked, *worked})
