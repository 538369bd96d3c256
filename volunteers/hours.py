"""Lists of service records summed up per volunteer, team and month, on a page and as a workbook."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from stations import sheets
from volunteers import records
from volunteers.models import Profile, ServiceRecord, Team

HEADINGS = (
    "志愿者",
    "编号",
    "活动",
    "日期",
    "地点",
    "内容",
    "记录分钟",
    "更正后分钟",
    "组织单位",
    "负责人",
    "队伍",
)


class Line(NamedTuple):
    """One row of sums."""

    label: str
    times: int
    minutes: int

    @property
    def span(self) -> str:
        return records.summed(self.minutes)


def per_volunteer(found: QuerySet[ServiceRecord]) -> list[Line]:
    names = dict(Profile.objects.values_list("pk", "user__name"))
    return _lines(found, "profile", lambda pk: names[pk])


def per_team(found: QuerySet[ServiceRecord]) -> list[Line]:
    names = dict(Team.objects.values_list("pk", "name"))
    return _lines(found, "team", lambda pk: names.get(pk, "站点值班"))


def per_month(found: QuerySet[ServiceRecord]) -> list[Line]:
    """The months in which somebody served, the latest first."""
    by_month = found.annotate(month=TruncMonth("served_on"))
    lines = _lines(by_month, "month", lambda month: f"{month:%Y年%m月}")
    return sorted(lines, key=lambda line: line.label, reverse=True)


def workbook(found: QuerySet[ServiceRecord]) -> bytes:
    """Every record with the minutes first written and those that hold; sums per person. No phone, no resident."""
    rows = found.reckoned().with_all()  # type: ignore[attr-defined]
    people = [
        ("志愿者", "次数", "分钟"),
        *((f"{line.label}", line.times, line.minutes) for line in per_volunteer(found)),
    ]
    return sheets.workbook({"明细": [HEADINGS, *(_cells(record) for record in rows)], "按人": people})


def filename(first: date) -> str:
    return f"志愿服务记录{first:%Y年%m月}.xlsx"


def _cells(record: ServiceRecord) -> Sequence[sheets.Cell]:
    who, team = record.profile, record.team
    return (
        who.user.name, who.vest_number, record.activity, record.served_on.isoformat(), record.place,
        record.content, record.minutes, record.counts, record.organiser, record.in_charge,  # type: ignore[attr-defined]
        team.name if team else "",
    )  # fmt: skip


def _lines(found, key, name) -> list[Line]:  # type: ignore[no-untyped-def]
    sums: Iterable[tuple] = (
        found.reckoned()
        .order_by()
        .values(key)
        .annotate(times=Count("pk"), minutes=Sum("counts"))
        .values_list(key, "times", "minutes")
    )
    return sorted((Line(name(pk), *rest) for pk, *rest in sums), key=lambda line: (-line.minutes, line.label))
