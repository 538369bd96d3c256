"""What may happen to a ticket: statuses, stages, verbs, and one table of who moves it from where to where.

The table is data. Buttons, permission checks, the diagram in docs/ and the test matrix are all made from it;
the conditions beyond status and role (a reason, a due date) are checked by the verbs in workflow.py.
"""

from dataclasses import dataclass

from django.db.models import TextChoices


class Status(TextChoices):
    RECEIVED = "received", "已接单"
    DISPATCHED = "dispatched", "已派单"
    CLAIMED = "claimed", "办理中"
    WAITING = "waiting", "待居民补充"
    RESOLVED = "resolved", "待评单"
    CLOSED = "closed", "已结案"
    MERGED = "merged", "已并单"
    WITHDRAWN = "withdrawn", "已撤单"


class Stage(TextChoices):
    RECEIVING = "receiving", "接单"
    DISPATCHING = "dispatching", "派单"
    REVIEWING = "reviewing", "评单"
    ENDED = "ended", "已结束"


R, D, C, W = Status.RECEIVED, Status.DISPATCHED, Status.CLAIMED, Status.WAITING
S, X, M, Z = Status.RESOLVED, Status.CLOSED, Status.MERGED, Status.WITHDRAWN

STAGE_OF = {
    R: Stage.RECEIVING,
    D: Stage.DISPATCHING,
    C: Stage.DISPATCHING,
    W: Stage.DISPATCHING,
    S: Stage.REVIEWING,
    X: Stage.REVIEWING,
    M: Stage.ENDED,
    Z: Stage.ENDED,
}
OPEN = (R, D, C, W)
IN_UNIT = (D, C, W)
WITH_CLAIMANT = (C, W)
DONE = (S, X)
LEFT_OUT = (M, Z)
TELLABLE = (*OPEN, S)  # while an answer still waits to reach somebody


class Verb(TextChoices):
    RECEIVE = "receive", "接单"
    ATTACH = "attach", "加入"
    DETACH = "detach", "另开一单"
    AMEND = "amend", "更正"
    DISPATCH = "dispatch", "派单"
    CLAIM = "claim", "认领"
    RELEASE = "release", "放回"
    HAND_BACK = "hand_back", "退单"
    REPLY = "reply", "答复"
    ASK_RESIDENT = "ask_resident", "请居民补充"
    RESIDENT_ANSWERED = "resident_answered", "居民已补充"
    WAITING_LAPSED = "waiting_lapsed", "补充到期"
    RESOLVE = "resolve", "办结"
    REVIEW = "review", "评单"
    CHANGE_RATING = "change_rating", "改评价"
    REOPEN = "reopen", "重办"
    CLOSE_UNRATED = "close_unrated", "未评结案"
    MERGE = "merge", "并单"
    UNMERGE = "unmerge", "拆单"
    WITHDRAW = "withdraw", "撤单"
    RESTORE = "restore", "恢复"
    FLAG = "flag", "标记超时"
    RECOUNT = "recount", "时限调整"
    TELL = "tell", "告知"


class Who(TextChoices):
    """Who a row of the table admits; permissions.py says what each means for a person and a ticket."""

    STATION = "station", "站点志愿者、站长"
    COMMUNITY = "community", "本社区各站点志愿者、站长"
    LOGGER_TODAY = "logger_today", "当天登记人"
    DISPATCHER = "dispatcher", "派单员"
    UNIT = "unit", "责任单位人员"
    UNIT_LEAD = "unit_lead", "单位负责人"
    CLAIMANT = "claimant", "经办人"
    REPORTER = "reporter", "反映人"
    PROXY = "proxy", "代评人"
    SYSTEM = "system", "系统"


@dataclass(frozen=True)
class Move:
    """One row: the verb takes a ticket from any of `sources` to one of `targets` (the first is the usual one)."""

    verb: Verb
    sources: tuple
    targets: tuple
    who: tuple
    built: bool = True


SAME = ()  # the target is the source
NEW = None  # the source of a ticket that does not exist yet

MOVES = (
    Move(Verb.RECEIVE, (NEW,), (R,), (Who.STATION, Who.DISPATCHER)),
    Move(Verb.ATTACH, OPEN, SAME, (Who.COMMUNITY, Who.DISPATCHER)),
    Move(Verb.DETACH, (*OPEN, X, Z), SAME, (Who.STATION, Who.DISPATCHER)),
    Move(Verb.DETACH, (S,), (S, X), (Who.STATION, Who.DISPATCHER)),
    Move(Verb.AMEND, OPEN, SAME, (Who.DISPATCHER,)),
    Move(Verb.AMEND, (R,), SAME, (Who.LOGGER_TODAY,)),
    Move(Verb.DISPATCH, OPEN, (D,), (Who.DISPATCHER,)),
    Move(Verb.DISPATCH, (R,), (D,), (Who.SYSTEM,)),
    Move(Verb.CLAIM, (D,), (C,), (Who.UNIT,)),
    Move(Verb.RELEASE, (C, W), (D,), (Who.CLAIMANT, Who.UNIT_LEAD)),
    Move(Verb.HAND_BACK, (D,), (R,), (Who.UNIT,)),
    Move(Verb.HAND_BACK, (C, W), (R,), (Who.CLAIMANT, Who.UNIT_LEAD)),
    Move(Verb.REPLY, (R,), SAME, (Who.DISPATCHER,)),
    Move(Verb.REPLY, (C, W), (C,), (Who.CLAIMANT,)),
    Move(Verb.ASK_RESIDENT, (C,), (W,), (Who.CLAIMANT,)),
    Move(Verb.RESIDENT_ANSWERED, (W,), (C,), (Who.REPORTER, Who.STATION, Who.DISPATCHER, Who.CLAIMANT)),
    Move(Verb.RESIDENT_ANSWERED, (R, D, C), SAME, (Who.REPORTER, Who.STATION, Who.DISPATCHER, Who.CLAIMANT)),
    Move(Verb.WAITING_LAPSED, (W,), (C,), (Who.SYSTEM,)),
    Move(Verb.RESOLVE, (C, W), (S,), (Who.CLAIMANT,)),
    Move(Verb.RESOLVE, (R,), (S,), (Who.DISPATCHER,)),
    Move(Verb.REVIEW, (S,), (S, X), (Who.REPORTER, Who.PROXY)),
    Move(Verb.CHANGE_RATING, (S, X), SAME, (Who.REPORTER,)),
    Move(Verb.REOPEN, (S, X), (C, D, R), (Who.SYSTEM, Who.DISPATCHER)),
    Move(Verb.CLOSE_UNRATED, (S,), (X,), (Who.SYSTEM,)),
    Move(Verb.MERGE, OPEN, (M,), (Who.DISPATCHER,)),
    Move(Verb.UNMERGE, (M,), OPEN, (Who.DISPATCHER,)),
    Move(Verb.WITHDRAW, OPEN, (Z,), (Who.DISPATCHER,)),
    Move(Verb.WITHDRAW, (R,), (Z,), (Who.LOGGER_TODAY,)),
    Move(Verb.RESTORE, (Z,), (R,), (Who.DISPATCHER,)),
    Move(Verb.FLAG, OPEN, SAME, (Who.SYSTEM,)),
    Move(Verb.RECOUNT, (*OPEN, S), SAME, (Who.SYSTEM,)),
    Move(Verb.TELL, TELLABLE, SAME, (Who.REPORTER, Who.STATION, Who.DISPATCHER, Who.CLAIMANT)),
)


def moves(verb: Verb, status: str | None) -> tuple[Move, ...]:
    """The built rows of a verb for a ticket in this status; empty when the verb cannot happen there."""
    return tuple(m for m in MOVES if m.built and m.verb == verb and status in m.sources)


def verbs_from(status: str | None) -> tuple[Verb, ...]:
    """The built verbs that someone may do in this status, in the order of the table."""
    return tuple(dict.fromkeys(m.verb for m in MOVES if m.built and status in m.sources))
