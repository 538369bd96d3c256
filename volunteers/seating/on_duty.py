"""在岗: coming to a shift and going home, by oneself at the code on the wall or by the desk for a colleague.

Nobody is punished by what the clock finds: who has not come within an hour is noted as such and the leads are told;
coming later still counts. When somebody forgot to check out, a lead says when it was.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notices.models import Notice
from stations import saying
from stations.models import Station
from stations.refusals import Conflict, Refused
from volunteers import records
from volunteers.models import Assignment, HandOver, Profile, ServiceRecord
from volunteers.permissions import LEADS_ONLY, OF_STATION_ONLY, leads, serves
from volunteers.seating import telling
from volunteers.seating.door import step
from volunteers.states import Status

MINUTE = timedelta(minutes=1)
EARLY = timedelta(minutes=30)  # from when on one may check in
UNDOABLE = timedelta(minutes=5)
OUT_UNDOABLE = timedelta(minutes=10)
SOON_OVER = timedelta(minutes=15)  # before the end: nobody is asked whether they really go
MISSED_AFTER = timedelta(minutes=60)
FORGOTTEN_AFTER = timedelta(hours=3)  # after the end: nobody will press the button any more
UNSURE_AFTER = timedelta(hours=1)  # after the end: somebody may have remembered only at home
LATEST = timedelta(hours=4)  # after the end, by a lead's word; more is for a correction to say
BATCH = 200
BY_DESK, BY_ONESELF, BY_CLOCK = "站里代按", "本人按", "到点没按签退，暂按下班时间"
PRESSED = (BY_DESK, BY_ONESELF)
OVER = "这一班已经结束了。真的来过，请站长补记。"
NOT_ON_DUTY = "还没有签到，或者已经签退了。"
UNDO_TOO_LATE = "过了5分钟，不能撤回了。要改，请找站长。"
OUT_UNDO_TOO_LATE = "签退过了10分钟，或者站长已经定了时间，不能撤回了。要改，请找站长。"
NOT_GONE = "这一班还没有签退，或者已经撤回了。"
BACK_ELSEWHERE = "已经在另一班签到了，这一班的签退不能撤回。"
HAS_SERVED = "这一班已经记过服务时间，签到不能撤回了。要改，请找站长。"


@transaction.atomic
def check_in(assignment: Assignment, *, by: User, now: datetime | None = None) -> None:
    """On duty from now: from half an hour before the start to the end; also after having been noted as not come."""
    now = now or timezone.now()
    _admit(assignment, by)
    if sentence := why_not_in(assignment, now=now):
        raise Conflict(sentence)
    step(assignment, "check_in", by=by, now=now, detail=_hand(assignment, by), checked_in_at=now)


@transaction.atomic
def undo_check_in(assignment: Assignment, *, by: User, now: datetime | None = None) -> None:
    """As if nobody had pressed, within five minutes."""
    now = now or timezone.now()
    _admit(assignment, by)
    if not may_undo(assignment, now=now):
        raise Conflict(UNDO_TOO_LATE if assignment.status == Status.CHECKED_IN else NOT_ON_DUTY)
    if ServiceRecord.objects.for_duty(assignment):
        raise Conflict(HAS_SERVED)
    step(assignment, "undo_check_in", by=by, now=now, detail=_hand(assignment, by), checked_in_at=None)


@transaction.atomic
def check_out(assignment: Assignment, *, by: User, note: str = "", now: datetime | None = None) -> None:
    """Gone, with a word to whoever comes next; early and late alike. The record of service is written at once,
    unless it is so late that a lead has to say when it was.
    """
    now = now or timezone.now()
    _admit(assignment, by)
    is_unsure = now > assignment.ends_at + UNSURE_AFTER
    gone = {"checked_out_at": now, "is_out_unsure": is_unsure}
    step(assignment, "check_out", by=by, now=now, detail=_hand(assignment, by), **gone)
    if note.strip():
        leave_note(assignment.seat.shift.station, words=note, by=by, assignment=assignment, now=now)
    if is_unsure:
        _ask_when(assignment, now)
    else:
        records.take_down(assignment, by=by, now=now)


@transaction.atomic
def undo_check_out(assignment: Assignment, *, by: User, now: datetime | None = None) -> None:
    """On duty again, as if nobody had pressed, within ten minutes. What was recorded stays; the next check-out
    corrects it.
    """
    now = now or timezone.now()
    _admit(assignment, by)
    if not may_undo_out(assignment, now=now):
        raise Conflict(OUT_UNDO_TOO_LATE if assignment.status == Status.DONE else NOT_GONE)
    if Assignment.objects.on_duty().of(assignment.profile_id).exists():
        raise Conflict(BACK_ELSEWHERE)
    step(assignment, "undo_check_out", by=by, now=now, detail=_hand(assignment, by), checked_out_at=None)


def leave_note(
    station: Station,
    *,
    words: str,
    by: User,
    assignment: Assignment | None = None,
    now: datetime | None = None,
) -> HandOver:
    """交班: a word to whoever comes next."""
    if not serves(by, station):
        raise Refused(OF_STATION_ONLY)
    if not words.strip():
        raise Refused("写一句要交待的事", "words")
    shift = assignment.seat.shift if assignment else None
    return HandOver.objects.create(
        station=station, shift=shift, by=by, at=now or timezone.now(), words=words.strip()
    )


@transaction.atomic
def attest(
    assignment: Assignment, *, by: User, came: datetime, went: datetime, now: datetime | None = None
) -> None:
    """After the shift a lead says that somebody was there who never checked in, from when to when."""
    now = now or timezone.now()
    if not leads(by, assignment.seat.shift.station):
        raise Refused(LEADS_ONLY)
    if now < assignment.ends_at:
        raise Conflict("这一班还没结束，来了可以直接签到。")
    if not assignment.starts_at - EARLY <= came < went <= now:
        raise Refused("到的时间要在走的时间以前，不早于开班前30分钟", "came")
    _refuse_if_too_late(assignment, went, "went")
    detail = f"站长补记：{saying.exact(came, now=now)}到"
    step(assignment, "check_in", by=by, now=now, detail=detail, checked_in_at=came)
    detail = f"站长补记：{saying.exact(went, now=now)}走"
    step(assignment, "check_out", by=by, now=now, detail=detail, checked_out_at=went)
    records.take_down(assignment, by=by, now=now, by_word=True)


@transaction.atomic
def confirm_out(assignment: Assignment, *, by: User, at: datetime, now: datetime | None = None) -> None:
    """A lead says when somebody went who forgot to press, or pressed so soon that nothing was recorded."""
    now = now or timezone.now()
    if not leads(by, assignment.seat.shift.station):
        raise Refused(LEADS_ONLY)
    if assignment.checked_in_at is None or not assignment.checked_in_at <= at <= now:
        raise Refused("签退时间要在签到以后，不能晚于现在", "at")
    _refuse_if_too_late(assignment, at, "at")
    held = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if not is_to_confirm(held):
        raise Conflict("这一班的签退时间已经确认过了。")
    detail = f"确认{saying.exact(at, now=now)}签退"
    step(assignment, "confirm_out", by=by, now=now, detail=detail, checked_out_at=at, is_out_unsure=False)
    Notice.objects.settle([f"roster:when_out:{assignment.pk}", f"roster:record_due:{assignment.pk}"], now=now)
    records.take_down(assignment, by=by, now=now, by_word=True)


def is_to_confirm(assignment: Assignment) -> bool:
    """Whether it is for a lead to say when the person went: nobody pressed in time, or no minute was recorded."""
    if assignment.status != Status.DONE:
        return False
    return assignment.is_out_unsure or ServiceRecord.objects.for_duty(assignment) is None


def mark_missed(*, now: datetime | None = None) -> int:
    """没到: whoever has not come an hour after the start; the leads are told. Returns how many."""
    now = now or timezone.now()
    waited = Assignment.objects.not_come(now - MISSED_AFTER).with_shift()
    return sum(_if_unchanged(_miss, assignment, now) for assignment in waited[:BATCH])


def close_forgotten(*, now: datetime | None = None) -> int:
    """Check-outs nobody pressed hours after the end: as if gone at the end, for a lead to confirm."""
    now = now or timezone.now()
    left = Assignment.objects.not_gone(now - FORGOTTEN_AFTER).with_shift()
    return sum(_if_unchanged(_close, assignment, now) for assignment in left[:BATCH])


def tell_overdue(*, now: datetime | None = None) -> int:
    """The leads hear once that a record is not written ten working days after the service."""
    now = now or timezone.now()
    unsure = Assignment.objects.unconfirmed().with_shift().select_related("seat__shift__station__area")
    late = [assignment for assignment in unsure[:BATCH] if records.due_at(assignment) < now]
    for assignment in late:
        text = f"{_of(assignment, now)}还没有记服务时间，过了10个工作日"
        _tell(assignment, _leads(assignment), "record_due", text, now)
    return len(late)


def sweep(*, now: datetime | None = None) -> int:
    """All that the clock does by itself; asked again, it finds nothing more to do."""
    done = mark_missed(now=now) + close_forgotten(now=now)
    tell_overdue(now=now)
    return done + records.write_missing(now=now)


def why_not_in(assignment: Assignment, *, now: datetime) -> str:
    """The sentence why it is not the time to check in; empty when it is."""
    opens = assignment.starts_at - EARLY
    if now < opens:
        return f"还没到时间，{saying.moment(opens, now=now)}起可以签到。"
    return OVER if now >= assignment.ends_at else ""


def may_undo(assignment: Assignment, *, now: datetime) -> bool:
    came = assignment.checked_in_at
    return assignment.status == Status.CHECKED_IN and came is not None and now <= came + UNDOABLE


def may_undo_out(assignment: Assignment, *, now: datetime) -> bool:
    """Asks the database only about one who went a moment ago."""
    gone, since = assignment.checked_out_at, now - OUT_UNDOABLE
    is_fresh = assignment.status == Status.DONE and gone is not None and gone >= since
    return is_fresh and Assignment.objects.just_gone(since, PRESSED).at(assignment.pk) is not None


def undoable_outs(station: Station, *, now: datetime) -> set[int]:
    """Keys of the places at the station whose check-out may be taken back."""
    gone = Assignment.objects.at_stations([station]).just_gone(now - OUT_UNDOABLE, PRESSED)
    return set(gone.values_list("pk", flat=True))


def asked_once_more(assignment: Assignment, *, by: User, now: datetime) -> str:
    """What is asked before somebody goes long before the end; empty where there is nothing to ask."""
    left = assignment.ends_at - now
    if assignment.status != Status.CHECKED_IN or left <= SOON_OVER:
        return ""
    who = "" if assignment.profile.user_id == by.pk else assignment.who
    return f"离下班还有{saying.minutes(left // MINUTE)}，{who}真的要走吗？"


def just_left(profile: Profile, station: Station, *, now: datetime) -> Assignment | None:
    """The place a person at the wall has gone from: of a shift that still runs, or a moment ago."""
    return Assignment.objects.of(profile).gone_from(station, now - OUT_UNDOABLE).first()


def fitting(profile: Profile, station: Station, *, now: datetime) -> Assignment | None:
    """The one place a person at the wall means: where they are on duty, else where they may check in now."""
    mine = Assignment.objects.of(profile).at_stations([station]).attending().with_shift()
    near = list(mine.filter(starts_at__lte=now + EARLY).order_by("starts_at"))
    on = [assignment for assignment in near if assignment.status == Status.CHECKED_IN]
    open_now = [assignment for assignment in near if not why_not_in(assignment, now=now)]
    return next(iter([*on, *open_now]), None)


def next_one(profile: Profile, *, now: datetime) -> Assignment | None:
    """The person's next shift, wherever it is."""
    coming = Assignment.objects.of(profile).coming().filter(starts_at__gt=now)
    return coming.with_shift().order_by("starts_at").first()


def _miss(assignment: Assignment, now: datetime) -> None:
    event = step(assignment, "miss", by=None, now=now)
    text = f"{_of(assignment, now)}过了一小时还没签到。来了可以补签，有事请记请假"
    telling.tell(event, _leads(assignment), text, asks=True, url=_address(assignment))


def _close(assignment: Assignment, now: datetime) -> None:
    came = assignment.checked_in_at or assignment.starts_at
    gone = {"checked_out_at": max(assignment.ends_at, came), "is_out_unsure": True}
    step(assignment, "check_out", by=None, now=now, detail=BY_CLOCK, **gone)
    _ask_when(assignment, now)


def _if_unchanged(verb, assignment: Assignment, now: datetime) -> bool:  # type: ignore[no-untyped-def]
    """In a transaction of its own; False where somebody was faster."""
    try:
        with transaction.atomic():
            verb(assignment, now)
    except Conflict:
        return False
    return True


def _ask_when(assignment: Assignment, now: datetime) -> None:
    text = f"{_of(assignment, now)}没有按时签退，请确认是几点走的"
    _tell(assignment, _leads(assignment), "when_out", text, now)


def _refuse_if_too_late(assignment: Assignment, went: datetime, field: str) -> None:
    if went > assignment.ends_at + LATEST:
        raise Refused(
            f"走的时间最晚填到下班后{LATEST // timedelta(hours=1)}小时；真的更晚，先记下再更正", field
        )


def _admit(assignment: Assignment, by: User) -> None:
    if assignment.profile.user_id != by.pk and not serves(by, assignment.seat.shift.station):
        raise Refused(OF_STATION_ONLY)


def _hand(assignment: Assignment, by: User) -> str:
    return BY_ONESELF if assignment.profile.user_id == by.pk else BY_DESK


def _leads(assignment: Assignment) -> set[int]:
    return records.station_leads([assignment.seat.shift.station_id])


def _of(assignment: Assignment, now: datetime) -> str:
    """刘桂芳11月24日（周二）09:00在黄桷站的班"""
    station, when = assignment.seat.shift.station, saying.exact(assignment.starts_at, now=now)
    return f"{assignment.who}{when}在{station}的班"


def _tell(assignment: Assignment, people: set[int], effect: str, text: str, now: datetime) -> None:
    effect, url = f"roster:{effect}:{assignment.pk}", _address(assignment)
    Notice.objects.tell(people, effect, text[:200], url, now=now)


def _address(assignment: Assignment) -> str:
    return reverse("volunteers:attend", args=[assignment.pk])
