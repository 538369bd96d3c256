"""What a person's place in a shift can be, and what may become of it: statuses, groups and the transition table.

Who may do it is decided in volunteers.permissions, whether the limits allow it in volunteers.limits.
"""

from django.db import models


class Status(models.TextChoices):
    """Of one person in one seat."""

    PROPOSED = "proposed", "待确认"
    ACCEPTED = "accepted", "已定"
    SEEKING = "seeking_standin", "找替班"
    CHECKED_IN = "checked_in", "在岗"
    DONE = "done", "已值完"
    DECLINED = "declined", "去不了"
    CANCELLED = "cancelled", "已取消"
    NO_SHOW = "no_show", "没到"
    EXCUSED = "excused", "请假"


S = Status
# These hold the seat: one of them at most per seat, and none of a person's may overlap (database constraints).
OCCUPYING = (S.ACCEPTED, S.SEEKING, S.CHECKED_IN, S.DONE, S.NO_SHOW)
# In a shift or asked into it: it is not changed over their heads.
INVOLVED = (S.PROPOSED, *OCCUPYING)
# Still to come: may be given up, covered, called off.
COMING = (S.ACCEPTED, S.SEEKING)
# A seat without one of these is open: nobody holds it, or who holds it looks for a stand-in.
HELD = tuple(status for status in OCCUPYING if status != S.SEEKING)
ENDED = (S.DONE, S.DECLINED, S.CANCELLED, S.NO_SHOW, S.EXCUSED)

# verb: (from which statuses, to which). None: no row yet.
TRANSITIONS: dict[str, tuple[tuple[Status | None, ...], Status]] = {
    "propose": ((None,), S.PROPOSED),
    "accept": ((S.PROPOSED,), S.ACCEPTED),
    "decline": ((S.PROPOSED,), S.DECLINED),
    "take_back": ((S.PROPOSED,), S.CANCELLED),
    "ask_again": ((S.PROPOSED, S.ACCEPTED, S.SEEKING), S.PROPOSED),
    "sign_up": ((None,), S.ACCEPTED),
    "seek_standin": ((S.ACCEPTED,), S.SEEKING),
    "keep": ((S.SEEKING,), S.ACCEPTED),
    "be_covered": ((S.SEEKING,), S.CANCELLED),
    "withdraw": ((S.ACCEPTED, S.SEEKING), S.CANCELLED),
    "call_off": ((S.PROPOSED, S.ACCEPTED, S.SEEKING), S.CANCELLED),
    "excuse": ((S.ACCEPTED, S.SEEKING, S.NO_SHOW), S.EXCUSED),
    "check_in": ((S.ACCEPTED, S.SEEKING, S.NO_SHOW), S.CHECKED_IN),
    "undo_check_in": ((S.CHECKED_IN,), S.ACCEPTED),
    "check_out": ((S.CHECKED_IN,), S.DONE),
    "undo_check_out": ((S.DONE,), S.CHECKED_IN),
    "confirm_out": ((S.DONE,), S.DONE),
    "miss": ((S.ACCEPTED, S.SEEKING), S.NO_SHOW),
}

# An event that leads to no other status: the shift has another time, and who has the seat keeps it.
RETIMED = "retime"

# What the history of a shift calls them.
LABELS = {
    RETIMED: "改了时间，照旧",
    "propose": "请来值班",
    "accept": "答应了",
    "decline": "去不了",
    "take_back": "不用回复了",
    "ask_again": "改了时间，再问一次",
    "sign_up": "定下",
    "seek_standin": "找替班",
    "keep": "不用替了",
    "be_covered": "有人替",
    "withdraw": "退出",
    "call_off": "取消",
    "excuse": "准假",
    "check_in": "签到",
    "undo_check_in": "撤回签到",
    "check_out": "签退",
    "undo_check_out": "撤回签退",
    "confirm_out": "补签退",
    "miss": "没到",
}
