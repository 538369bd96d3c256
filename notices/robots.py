"""The group robot of a unit: set, tried out, taken away; each time written down, never with its address."""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from notices.models import Delivery, Robot
from stations.models import Unit

SHOWN = 4  # letters of the key that are shown after it was saved


def of(unit: Unit) -> Robot | None:
    return Robot.objects.filter(unit=unit).first()


def tail_of(address: str) -> str:
    """The end of the key: which robot it is can be told, how to speak through it cannot."""
    return address[-SHOWN:]


@transaction.atomic
def save(
    unit: Unit,
    *,
    address: str,
    is_on: bool,
    quiet: tuple[time | None, time | None],
    by: User,
    now: datetime | None = None,
) -> list[str]:
    """Set the robot; without an address the old one stays. What changed, in words."""
    now = now or timezone.now()
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    robot = of(unit) or Robot(unit=unit, is_on=False, saved_by=by)
    changed = _changes(robot, address, is_on, quiet)
    if address:
        robot.address, robot.stopped_why = address, ""
    robot.is_on, (robot.quiet_from, robot.quiet_to) = is_on, quiet
    if changed:
        robot.saved_by, robot.saved_at = by, now
        robot.save()
        _write_down(unit, by, "；".join(changed), now)
    return changed


@transaction.atomic
def remove(unit: Unit, *, by: User, now: datetime | None = None) -> bool:
    """Forget the robot; False when there is none."""
    removed, _ = Robot.objects.filter(unit=unit).delete()
    if removed:
        _write_down(unit, by, "取消群机器人", now or timezone.now())
    return bool(removed)


@transaction.atomic
def try_out(unit: Unit, *, by: User, now: datetime | None = None) -> bool:
    """Send one message to the group; pressed again within the minute it is the same one."""
    now = now or timezone.now()
    trial = Delivery(
        channel=Delivery.Channel.ROBOT,
        subject=Delivery.Subject.TRIAL,
        unit=unit,
        effect=f"trial:{now:%Y%m%d%H%M}",
        text="试发一条",
        created_at=now,
        due_at=now,
    )
    if Delivery.objects.trials(unit).filter(effect=trial.effect).exists():
        return False
    Delivery.objects.bulk_create([trial], ignore_conflicts=True)
    _write_down(unit, by, "试发一条", now)
    return True


def _changes(robot: Robot, address: str, is_on: bool, quiet: tuple[time | None, time | None]) -> list[str]:
    changed = []
    if address and address != robot.address:
        changed.append("换了地址" if robot.address else "设了地址")
    if is_on != robot.is_on:
        changed.append("打开" if is_on else "关掉")
    if quiet != (robot.quiet_from, robot.quiet_to):
        changed.append(f"安静时段改为{said_quiet(*quiet)}")
    if address and robot.stopped_why and not changed:
        changed.append("重新启用")
    return changed


def said_quiet(quiet_from: time | None, quiet_to: time | None) -> str:
    return f"{quiet_from:%H:%M}到{quiet_to:%H:%M}" if quiet_from and quiet_to else "不设"


def _write_down(unit: Unit, by: User, words: str, now: datetime) -> None:
    detail = f"{unit}的群机器人：{words}"
    audit.record(audit.Action.CONFIGURED, actor=by, area=unit.area, detail=detail, now=now)
