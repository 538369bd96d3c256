"""What a resident should do now: a headline for every status, and one sentence more."""

from django.utils import timezone

from stations import saying
from tickets.models import Answer, Clock, Outcome, Rating
from tickets.resident import history
from tickets.resident.rows import Rows
from tickets.states import Status

_RATE: dict[str, str] = {
    Outcome.SOLVED: "办完了，请您评一评",
    Outcome.PARTLY: "办了一部分，请您评一评",
    Outcome.NOT: "没能办成，请您评一评",
}
TOGETHER = "有人反映过同一件事，一起办，您不用再登记。"
MERGED = "和另一张反映同一件事的工单一起办，您的回执照样能用，不用再登记。"
_UNLOCK = "问的是什么，要填手机号后四位或扫二维码才能看。"
_SCAN = "问的是什么，要扫二维码才能看。"
_ANSWER = "不方便在这里写的，到站里说一声，或打站里电话。"
COME_AGAIN = "还有问题，到站里说一声，或打站里电话，可以重办。"


def headline(rows: Rows) -> tuple[str, str]:
    """What the resident should do, and one sentence more."""
    status, mine = rows.ticket.status, rows.rating(rows.ticket.round)
    if status == Status.RESOLVED:
        if mine:
            return "谢谢您的评价", "这件事还有别的反映人，等他们也评完就结案。"
        return _RATE.get(rows.ticket.outcome, "办完了，请您评一评"), ""
    if status == Status.CLOSED:
        return ("谢谢您的评价", f"这件事已结案。{COME_AGAIN}") if mine else ("这件事已结案", COME_AGAIN)
    if status == Status.WITHDRAWN:
        reason = f"原因：{rows.ticket.get_withdraw_reason_display()}。" if rows.words else ""
        return "这一单已撤销", f"{reason}有疑问，请打站里电话。"
    head, advice = _headline_while_open(rows)
    is_more = rows.has_just_answered and rows.events[-1].status_from != Status.WAITING
    return head, f"{'谢谢您的补充，已经转给办的人。' if is_more else ''}{advice}" or _together(rows)


def _together(rows: Rows) -> str:
    """For whoever came to a matter already known, or whose own ticket was merged into another one."""
    if rows.reporter.ticket != rows.ticket:
        return MERGED
    return TOGETHER if rows.is_together else ""


def _headline_while_open(rows: Rows) -> tuple[str, str]:
    ticket, last = rows.ticket, rows.rating(rows.ticket.round - 1)
    if ticket.status == Status.WAITING:
        return "请您补充情况", _ANSWER if rows.words else f"{_how_to_see(rows)}{_ANSWER}"
    if rows.has_just_answered and rows.events[-1].status_from == Status.WAITING:
        return "谢谢您的补充，正在接着办", ""
    if rows.reply:
        return _headline_after_reply(rows)
    if last and last.is_bad:
        return "谢谢您的评价，会重新办理", f"{_heard(last)}已经交回去重办，办好了再请您评。"
    if ticket.round > 1:
        why = history.why_again(rows)
        return f"{why}，正在重新办理" if why else "正在重新办理，请等答复", "请等答复，办好了再请您评。"
    heads = {
        Status.RECEIVED: "已经收到，请等答复",
        Status.DISPATCHED: "已经派下去，请等答复",
        Status.CLAIMED: "有人在办，请等答复",
    }
    return heads[Status(ticket.status)], _urge(rows)


def _how_to_see(rows: Rows) -> str:
    """Who left no telephone number has no digits to type."""
    return _UNLOCK if rows.reporter.phone else _SCAN


def _urge(rows: Rows) -> str:
    clock = rows.clock(Clock.Kind.REPLY)
    is_late = clock is not None and clock.is_late(rows.now)
    return "过了答复的时间，已经提醒社区。也可以打站里电话催一催。" if is_late else ""


def _headline_after_reply(rows: Rows) -> tuple[str, str]:
    promised, today = rows.ticket.promised_on, timezone.localdate(rows.now)
    if rows.ticket.solvable == Answer.NO:
        return "这件事不能解决，请看答复", COME_AGAIN
    if promised is None:  # an old ledger tells that it was answered, and no more
        return "已经答复，还在办", _urge(rows)
    said = saying.day(promised, today=today)
    if promised < today:
        return "没能按答应的日子办好，还在办", f"答应的是{said}。可以打站里电话催一催。"
    why = history.why_again(rows)
    again = f"{why}，所以重新办理。" if why else ""
    if rows.ticket.status in (Status.RECEIVED, Status.DISPATCHED):  # answered, and taken by nobody since
        return f"已经答复，{said}前办好", f"{again}正在安排人来办，办好了请您评一评。"
    part = "能办一部分" if rows.ticket.solvable == Answer.PARTLY else "正在办"
    return f"{part}，{said}前办好", f"{again}办好了请您评一评。"


def _heard(rating: Rating) -> str:
    """Where staff wrote down what the resident told them: which rating it was that is being thanked for."""
    where = {Rating.Channel.PHONE: "电话里", Rating.Channel.DESK: "站里"}.get(Rating.Channel(rating.channel))
    what = "还没解决" if rating.solved == Rating.Solved.NO else "不满意"
    return f"您在{where}说{what}，工作人员代您记下了。" if where else ""
