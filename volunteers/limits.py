"""How much anybody may be asked to stand at a station: pure arithmetic over spans of aware datetimes, no ORM.

No overlap; at least REST between shifts of different days; at most DAY_MINUTES on one day and the person's own
limit in one week, Monday to Sunday. Days and weeks are those in Shanghai on which a shift starts. Limits bind
everybody, a lead who seats others too (docs/decisions).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from stations import saying
from stations.workdays import SHANGHAI

REST = timedelta(hours=11)
DAY_MINUTES = 8 * 60
ELSEWHERE = "这段时间已经有别的班了。"


@dataclass(frozen=True)
class Span:
    """When somebody stands somewhere, the end not included."""

    starts_at: datetime
    ends_at: datetime
    where: str = field(default="", compare=False)  # the station, as the person reads it

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def day(self) -> date:
        """The local date on which it starts."""
        return self.starts_at.astimezone(SHANGHAI).date()

    @property
    def week(self) -> date:
        """The Monday of that date."""
        return self.day - timedelta(days=self.day.weekday())


def meet(one: Span, other: Span) -> bool:
    """Whether they have a minute in common."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def why_not(new: Span, others: Iterable[Span], *, week_minutes: int) -> str:
    """The sentence why a person with these other shifts may not take this one too; empty if nothing is against it.

    `others` are the person's occupying assignments of that week and a day around it, at all stations.
    """
    held = list(others)
    if any(meet(new, other) for other in held):
        return ELSEWHERE
    if any(_is_short_rest(new, other) for other in held):
        return f"和前后一天的班之间要隔{REST // timedelta(hours=1)}小时，休息不够。"
    if new.minutes + sum(other.minutes for other in held if other.day == new.day) > DAY_MINUTES:
        return f"一天最多值{DAY_MINUTES // 60}小时，这一班加上就超了。"
    if new.minutes + sum(other.minutes for other in held if other.week == new.week) > week_minutes:
        return f"一周最多值{week_minutes / 60:g}小时，这一班加上就超了。"
    return ""


def said_to_person(sentence: str, new: Span, others: Iterable[Span]) -> str:
    """The same for the person: with the shift that stands against it. Others need not know where somebody serves."""
    if sentence != ELSEWHERE:
        return sentence
    met = [other for other in others if meet(new, other)]
    named = "、".join(f"{saying.clock_span(one.starts_at, one.ends_at)} {one.where}".strip() for one in met)
    return f"您这段时间已经有班了：{named}。"


def _is_short_rest(new: Span, other: Span) -> bool:
    first, second = sorted((new, other), key=lambda span: span.starts_at)
    return first.day != second.day and second.starts_at - first.ends_at < REST
