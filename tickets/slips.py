"""What stands on the printed slip: no name, no phone, no room; dates that stay true on a reprint."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone

from stations import saying
from stations.models import OpeningHours, Station
from stations.qr import QrCode, qr_code
from tickets import receipts, resident
from tickets.due import why_due
from tickets.models import Clock, Receipt, Reporter

PAPERS = {"80": "小票 80毫米", "a5": "A5 纸"}
FIRST_PRINT = timedelta(minutes=15)
WEEK = 7
TOGETHER = "有人先反映过，和那件事一起办，时限从那时算起。"


@dataclass(frozen=True)
class Slip:
    station: str
    number: str
    received: str
    matter: str
    due_day: str
    due_time: str
    why: str
    code: str
    qr: QrCode
    site: str
    phone: str
    hours: str
    answer: str = ""
    answer_words: str = ""


def slip(receipt: Receipt, clock: Clock, *, now: datetime) -> Slip:
    """The slip of a receipt with the reply clock of the ticket's round."""
    reporter, ticket = receipt.reporter, receipt.reporter.ticket
    received, due_at = timezone.localtime(reporter.created_at), timezone.localtime(clock.due_at)
    station = reporter.came_to
    return Slip(
        station=station.name,
        number=ticket.number,
        received=f"{received.year}年{saying.day(received.date(), today=received.date())}{received:%H:%M}",
        matter=resident.matter(reporter),
        due_day=saying.day(due_at.date(), today=timezone.localdate(now)),
        due_time=f"{due_at:%H:%M}",
        why=_why(clock, reporter),
        code=receipts.printed(receipts.code(receipt)),
        qr=qr_code(receipts.link(receipt)),
        site=receipts.site(),
        phone=station.phone,
        hours=opening_hours(station),
        **(_answered(reporter, timezone.localdate(now)) if _is_together(reporter) else {}),
    )


def _why(clock: Clock, reporter: Reporter) -> str:
    """Why it is due then: an emergency knows no working days, and of two merged tickets the other one is due."""
    if clock.hours:
        return f"急事，{clock.hours}小时内答复，不分昼夜、不分节假日。"
    if _is_together(reporter):
        return "" if clock.met_at else TOGETHER
    return why_due(clock, reporter.ticket.area)


def _is_together(reporter: Reporter) -> bool:
    """Worked on within another one's ticket: joined there, or merged into it later."""
    return reporter.has_joined or reporter.ticket.merged_into_id is not None


def _answered(reporter: Reporter, today: date) -> dict:
    """What was answered to all who brought the matter, or nothing; of the others no name."""
    ticket = reporter.matter
    reply = ticket.replies.filter(round=ticket.round).last()
    if reply is None:
        return {}
    words = resident.without(reply.words, resident.private_of_others(reporter, ticket))
    said = resident.answer(reply.solvable, reply.promised_on, today=today)
    return {"answer": said, "answer_words": words}


def opening_hours(station: Station) -> str:
    """每天 09:00–20:00, or 周一至周五 09:00–18:00，周六 10:00–16:00; empty when none are entered."""
    days = sorted(station.opening_hours.all(), key=lambda day: day.weekday)
    spans = [list(group) for _, group in groupby(enumerate(days), key=_same_hours)]
    return "，".join(_days_and_hours([day for _, day in span]) for span in spans)


def is_first_print(receipt: Receipt, user, *, now: datetime) -> bool:
    """Whoever has just filed the ticket prints its slip; everything later is printing again."""
    reporter = receipt.reporter
    return reporter.logged_by_id == user.pk and now - reporter.created_at <= FIRST_PRINT


def _same_hours(numbered):
    """Neighbouring days with equal hours share a key."""
    place, day = numbered
    return day.weekday - place, day.opens_at, day.closes_at


def _days_and_hours(span: list[OpeningHours]) -> str:
    first, last = span[0], span[-1]
    hours = f"{first.opens_at:%H:%M}–{first.closes_at:%H:%M}"
    if len(span) == WEEK:
        return f"每天 {hours}"
    days = first.get_weekday_display()
    return f"{days}至{last.get_weekday_display()} {hours}" if last != first else f"{days} {hours}"
