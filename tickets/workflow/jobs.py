"""What a volunteer team did and on what terms: free work becomes hours of those who did it, paid work never."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from stations.models import Unit
from tickets.models import FeeMode, TeamJob, Ticket
from tickets.workflow.door import Invalid
from volunteers import records
from volunteers.models import Profile, Team


@dataclass(frozen=True)
class Job:
    """`minutes` is what each of `done_by` gave."""

    fee_mode: str
    minutes: int | None = None
    done_by: Sequence[Profile] = ()

    @property
    def data(self) -> dict[str, Any]:
        """As the event keeps it."""
        who = sorted(profile.pk for profile in self.done_by)
        return {"fee_mode": self.fee_mode, "minutes": self.minutes, **({"done_by": who} if who else {})}


def is_teams(ticket: Ticket) -> bool:
    """Whether a volunteer team has the ticket: then on what terms it was done has to be said."""
    return ticket.unit is not None and ticket.unit.kind == Unit.Kind.VOLUNTEER_TEAM


def team_of(ticket: Ticket) -> Team | None:
    return Team.objects.of_unit(ticket.unit_id)


def checked(ticket: Ticket, job: Job | None) -> Job | None:
    """The team's job; Invalid, with the field, where it is not told as it must be. None for everybody else."""
    if not is_teams(ticket):
        return None
    if job is None or job.fee_mode not in FeeMode.values:
        raise Invalid("请选收不收费", "fee_mode")
    if job.minutes is not None and not 0 < job.minutes <= records.MOST:
        raise Invalid("时间在1分钟到24小时之间", "minutes")
    if job.fee_mode == FeeMode.FREE and job.done_by and not job.minutes:
        raise Invalid("免费办的，填每人用了多少分钟，记进服务时间", "minutes")
    if not set(job.done_by) <= set(Profile.objects.members_of(team_of(ticket))):
        raise Invalid("请选本队的队员", "done_by")
    return job


def write(ticket: Ticket, job: Job | None, *, by: User, now: datetime) -> None:
    """Of a job that was `checked`: its rows of the job, and a record of service for each who did it, if it was free."""
    if job is None:
        return
    told = {
        "ticket": ticket,
        "round": ticket.round,
        "fee_mode": job.fee_mode,
        "minutes": job.minutes,
        "at": now,
    }
    if not job.done_by:
        TeamJob.objects.create(**told)
    for profile in job.done_by:
        is_service = job.fee_mode == FeeMode.FREE and job.minutes
        record = _record(ticket, profile, job.minutes, by, now) if is_service and job.minutes else None
        TeamJob.objects.create(profile=profile, record=record, **told)


def _record(ticket: Ticket, profile: Profile, minutes: int, by: User, now: datetime) -> records.ServiceRecord:
    """No words of the resident, no room: the kind of work and the building say enough."""
    where = ticket.building.name if ticket.building else ""
    matter = ticket.category.name if ticket.category else "便民服务"
    return records.write_for_team(
        profile,
        team_of(ticket),
        minutes=minutes,
        place=f"{ticket.area.name}{where}",
        content=f"{matter}（工单{ticket.number}）",
        by=by,
        now=now,
    )
