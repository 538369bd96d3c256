"""The audit page in words: who, when, as what, on which device, did what to whom or to which ticket, and why.

Pure functions of entries read `for_page()`; which entries somebody reads is decided by AuditEntry.visible_to.
"""

from dataclasses import dataclass

from accounts.models import AuditEntry, User
from stations import saying

Action = AuditEntry.Action
NOBODY = "未登录的人"


@dataclass(frozen=True)
class Line:
    """One entry. `who_id` narrows the page to that person; `number` is the ticket's, `url` where it can be opened."""

    at: str
    iso: str
    action: str
    who: str
    who_id: int | None
    as_whom: str
    what: str
    number: str
    url: str
    why: str
    device: str
    is_marked: bool


def line(entry: AuditEntry, *, url: str = "", now) -> Line:
    who = entry.actor or entry.person
    return Line(
        at=saying.exact(entry.at, now=now),
        iso=entry.at.isoformat(timespec="seconds"),
        action=entry.get_action_display(),
        who=_name(entry, who) if who else NOBODY,
        who_id=who.pk if who else None,
        as_whom=_as_whom(entry),
        what=_WHAT.get(Action(entry.action), _by_label)(entry),
        number=entry.subject,
        url=url,
        why="" if entry.action in _TELLS_DETAIL else entry.detail,
        device=entry.device,
        is_marked=entry.is_marked,
    )


def _name(entry: AuditEntry, user: User) -> str:
    """Somebody enrolled under another name than the stored one stays unknown here too."""
    is_unknown = entry.name_unknown and entry.post_id and entry.post.user_id == user.pk
    return saying.masked_name(user.name) if is_unknown else user.name


def _as_whom(entry: AuditEntry) -> str:
    """The acting post; of enrolments and the like the entry names the other person's."""
    return str(entry.post) if entry.post_id and entry.post.user_id == entry.actor_id else ""


def _person(entry: AuditEntry) -> str:
    return _name(entry, entry.person) if entry.person_id else "一个人"


def _by_label(entry: AuditEntry) -> str:
    return entry.get_action_display()


def _reset(entry: AuditEntry) -> str:
    return f"给{_person(entry)}发了一次性密码"


def _enrolled(entry: AuditEntry) -> str:
    return f"登记{_person(entry)}为{entry.post}" if entry.post_id else f"登记了{_person(entry)}"


def _ended(entry: AuditEntry) -> str:
    return f"结束了{_person(entry)}的岗位：{entry.post}"


_TELLS_DETAIL = {
    Action.EXPORTED,
    Action.CONFIGURED,
    Action.RULE_CHANGED,
    Action.CALENDAR_CHANGED,
    Action.CONSENT_CHANGED,
    Action.SKILL_CHECKED,
    Action.LEDGER_IMPORTED,
    Action.LEDGER_READ,
    Action.RESTORED,
}
_WHAT = {
    Action.SIGN_IN: lambda e: "登录",
    Action.SIGN_IN_FAILED: lambda e: "登录没有成功",
    Action.SIGN_OUT: lambda e: "退出",
    Action.PASSWORD_CHANGED: lambda e: "改了自己的密码",
    Action.PASSWORD_RESET: _reset,
    Action.ENROLLED: _enrolled,
    Action.POST_ENDED: _ended,
    Action.SLIP_PRINTED: lambda e: "补打了回执",
    Action.SLIP_REISSUED: lambda e: "换发了回执，旧的作废",
    Action.REVEALED: lambda e: f"看了{'反映人' if e.subject else '借东西的人'}的完整电话和称呼",
    Action.EXPORTED: lambda e: f"导出：{e.detail}",
    Action.CONFIGURED: lambda e: f"改设置：{e.detail}",
    Action.RULE_CHANGED: lambda e: f"改规则：{e.detail}",
    Action.CALENDAR_CHANGED: lambda e: f"改日历：{e.detail}",
    Action.CONSENT_CHANGED: lambda e: f"改{_person(e)}的同意：{e.detail}",
    Action.LEDGER_IMPORTED: lambda e: f"导入旧台账：{e.detail}",
    Action.LEDGER_READ: lambda e: f"说明旧台账怎么读：{e.detail}",
    Action.RESTORED: lambda e: f"从备份恢复：{e.detail}",
    Action.SKILL_CHECKED: lambda e: f"核对{_person(e)}的技能：{e.detail}",
}
