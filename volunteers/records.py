"""服务记录: how long somebody really served, and the record that is written of it (民政部令第67号 art. 7).

Minutes run from the check-in, not before the shift's start, to the check-out, rounded down; more or less is a
correction, which appends (docs/decisions). A record is due within ten working days of the service.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Post, User
from notices.models import Notice
from stations import saying, workdays
from stations.models import Station
from stations.refusals import Conflict, Refused
from volunteers.models import Assignment, Correction, CorrectionRequest, Member, Profile, ServiceRecord, Team
from volunteers.models.records import reckoned

DUE_DAYS = 10  # working days after the service
MINUTE = timedelta(minutes=1)
MOST = 24 * 60
NO_LEAD = "站长暂缺"
ALREADY_ASKED = "这条记录已经申请过更正，站长还没答复。"
ANSWERED = "这条申请已经答复过了。"
UNCHANGED = "和现在记的时间一样，没有什么可改的。"


def given(assignment: Assignment) -> int:
    """Whole minutes between check-in (the shift's start where that is later) and check-out."""
    if not assignment.checked_in_at or not assignment.checked_out_at:
        return 0
    begun = max(assignment.checked_in_at, assignment.starts_at)
    return max(0, (assignment.checked_out_at - begun) // MINUTE)


def due_at(assignment: Assignment) -> datetime:
    """By when the record has to stand there; aware, Asia/Shanghai. Reads the shift's station with its area."""
    area = assignment.seat.shift.station.area
    return workdays.due_at(assignment.ends_at, DUE_DAYS, area=area)


def take_down(
    assignment: Assignment, *, by: User, now: datetime, by_word: bool = False
) -> ServiceRecord | None:
    """The record of a duty that is over for sure; where a check-out was taken back and there is one already, a
    correction of it. `by_word`: a lead says the times; of own ones somebody else hears.
    """
    record = ServiceRecord.objects.select_for_update().for_duty(assignment)
    if record is None:
        record = write(assignment, by=by, now=now)
    elif (minutes := given(assignment)) != reckoned(record):
        went = timezone.localtime(assignment.checked_out_at)
        reason = f"撤回签退后又值到{went:%H:%M}"
        Correction.objects.create(record=record, minutes=minutes, reason=reason, by=by, at=now)
    if record and by_word:
        _tell_beside(record, "补记", str(record.pk), by, now)
    return record


def write(assignment: Assignment, *, by: User | None, now: datetime) -> ServiceRecord | None:
    """The record of a duty that is over for sure; None where not a whole minute was served. `by` None: the system.

    Runs in the caller's transaction; a second one for the same duty is refused by the database.
    """
    minutes = given(assignment)
    if not minutes:
        return None
    seat, station = assignment.seat, assignment.seat.shift.station
    begun = max(assignment.checked_in_at or assignment.starts_at, assignment.starts_at)
    return ServiceRecord.objects.create(
        profile_id=assignment.profile_id,
        assignment=assignment,
        activity=f"{station.name}值班"[:60],
        served_on=timezone.localdate(assignment.starts_at),
        starts_at=begun,
        place="，".join(filter(None, (station.name, station.address)))[:80],
        content=seat.skill.name if seat.skill else "接待居民，登记和答复工单",
        minutes=minutes,
        organiser=station.area.name,
        in_charge=_in_charge(station),
        recorded_at=now,
        recorded_by=by,
    )


def write_for_team(
    profile: Profile, team: Team, *, minutes: int, place: str, content: str, by: User, now: datetime
) -> ServiceRecord:
    """The record of a job that a team did for nothing, on the local date of `now`."""
    lead = team.members.leading().order_by("pk").values_list("profile__user__name", flat=True).first()
    return ServiceRecord.objects.create(
        profile=profile,
        team=team,
        activity=f"{team.name}上门服务"[:60],
        served_on=timezone.localdate(now),
        place=place[:80],
        content=content[:200],
        minutes=minutes,
        organiser=team.area.name,
        in_charge=lead or by.name,
        recorded_at=now,
        recorded_by=by,
    )


def write_missing(*, now: datetime | None = None) -> int:
    """Records of duties that are over and have none yet; returns how many. One that another run writes is left."""
    now = now or timezone.now()
    written = 0
    with transaction.atomic():
        rows = Assignment.objects.unrecorded().select_for_update(skip_locked=True, no_key=True, of=("self",))
        for assignment in rows.select_related("seat__shift__station__area", "seat__skill")[:500]:
            written += write(assignment, by=None, now=now) is not None
    return written


@transaction.atomic
def correct(
    record: ServiceRecord, *, minutes: int, reason: str, by: User, now: datetime | None = None
) -> Correction:
    """Append what holds from now on: `minutes` 0 makes the record void. The volunteer is told."""
    now = now or timezone.now()
    made = _append(record, minutes=minutes, reason=reason, by=by, now=now)
    text = f"您{_when(record, now)}的服务时间改为{said(minutes)}：{made.reason}"
    _tell({record.profile.user_id} - {by.pk}, f"roster:correction:{made.pk}", text, now)
    return made


def _append(record: ServiceRecord, *, minutes: int, reason: str, by: User, now: datetime) -> Correction:
    """Whoever corrects own hours does not do so unseen."""
    held = ServiceRecord.objects.select_for_update().get(pk=record.pk)
    if not reason.strip():
        raise Refused("写明为什么改", "reason")
    if not 0 <= minutes <= MOST:
        raise Refused("时间在0到24小时之间", "minutes")
    if minutes == reckoned(held):
        raise Refused(UNCHANGED, "minutes")
    made = Correction.objects.create(record=held, minutes=minutes, reason=reason.strip(), by=by, at=now)
    _tell_beside(held, "更正", f"{held.pk}:{made.pk}", by, now)
    return made


@transaction.atomic
def ask(record: ServiceRecord, *, words: str, by: User, now: datetime | None = None) -> CorrectionRequest:
    """The volunteer says what is wrong with an own record; the station's leads are told. Once at a time."""
    now = now or timezone.now()
    if record.profile.user_id != by.pk:
        raise Refused("只能申请更正自己的记录")
    if not words.strip():
        raise Refused("写一句哪里不对", "words")
    ServiceRecord.objects.select_for_update().get(pk=record.pk)
    if record.requests.open().exists():
        raise Conflict(ALREADY_ASKED)
    made = CorrectionRequest.objects.create(
        profile_id=record.profile_id, record=record, words=words.strip(), at=now
    )
    text = f"{by.name}申请更正{_when(record, now)}的服务记录：{made.words}"
    Notice.objects.tell(
        leads_of(record), f"roster:correct:{made.pk}", text[:200], reverse("volunteers:corrections"), now=now
    )
    return made


@transaction.atomic
def answer(
    request: CorrectionRequest,
    *,
    words: str,
    by: User,
    minutes: int | None = None,
    now: datetime | None = None,
) -> CorrectionRequest:
    """The lead's word, with other minutes where the volunteer is right; answered once."""
    now = now or timezone.now()
    held = CorrectionRequest.objects.select_for_update().get(pk=request.pk)
    if held.answered_at:
        raise Conflict(ANSWERED)
    if not words.strip():
        raise Refused("写一句答复", "words")
    if minutes is not None and held.record:
        _append(held.record, minutes=minutes, reason=words[:120], by=by, now=now)
    held.answered_at, held.answered_by, held.answer = now, by, words.strip()
    held.save(update_fields=["answered_at", "answered_by", "answer"])
    Notice.objects.settle([f"roster:correct:{held.pk}"], now=now)
    changed = "" if minutes is None else f"服务时间改为{said(minutes)}，"
    text = f"您申请的更正有答复：{changed}{held.answer}"
    _tell({held.profile.user_id} - {by.pk}, f"roster:corrected:{held.pk}", text, now)
    return held


def leads_of(record: ServiceRecord) -> set[int]:
    """Ids of those who answer for the record: the leads of the station, or of the team."""
    if record.assignment:
        return station_leads([record.assignment.seat.shift.station_id])
    led = Member.objects.leading().filter(team=record.team_id)
    return set(led.values_list("profile__user", flat=True))


def station_leads(stations: list[int]) -> set[int]:
    return set(Post.objects.of_desks(stations, []).values_list("user", flat=True))


def said(minutes: int) -> str:
    """3小时25分钟, 作废 for nothing."""
    return saying.minutes(minutes) if minutes else "0（作废）"


def summed(minutes: int) -> str:
    """What hours come to: 3小时25分钟, 0小时 for none."""
    return saying.minutes(minutes) if minutes else "0小时"


def _in_charge(station: Station) -> str:
    leads = Post.objects.of_desks([station.pk], []).order_by("pk")
    return leads.values_list("user__name", flat=True).first() or NO_LEAD


def _when(record: ServiceRecord, now: datetime) -> str:
    return saying.day(record.served_on, today=timezone.localdate(now))


def _tell(people: set[int], effect: str, text: str, now: datetime) -> None:
    Notice.objects.tell(people, effect, text[:200], reverse("volunteers:my_records"), now=now)


def _tell_beside(record: ServiceRecord, what: str, key: str, by: User, now: datetime) -> None:
    """Of own hours that a lead sets: the other leads, or where there is none the dispatchers of the community."""
    if record.profile.user_id != by.pk:
        return
    text = f"{by.name}给自己{what}了{_when(record, now)}的服务时间：{said(reckoned(record))}"
    others, url = leads_of(record) - {by.pk}, reverse("volunteers:record", args=[record.pk])
    if not others:
        others, url = _dispatchers(record) - {by.pk}, _where(record)
    Notice.objects.tell(others, f"roster:own_hours:{key}", text[:200], url, now=now)


def _dispatchers(record: ServiceRecord) -> set[int]:
    """Of the community of the station, or else of the team."""
    kept = record.assignment.seat.shift.station if record.assignment else record.team
    area = kept.area if kept else None
    return set(Post.objects.dispatching(area).values_list("user", flat=True))


def _where(record: ServiceRecord) -> str:
    """What a dispatcher may read: the roster of the station, or the team."""
    if record.assignment:
        return reverse("volunteers:roster", args=[record.assignment.seat.shift.station.code])
    return reverse("volunteers:team", args=[record.team_id])
