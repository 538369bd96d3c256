"""What leaves the house, in words. A subject and a group hear of number, building and category, nothing else.

A letter's body may say more: it goes to one confirmed mailbox.
"""

import re
import unicodedata

from django.conf import settings
from django.utils import timezone

from notices.models import Delivery, Kind
from notices.models.notice import kind_of

PRODUCT = "社区服务台"
MOST_LINES = 50
GROUP_BYTES = 2048  # of UTF-8, the limit of 企业微信 for a text
# 【急】HY01-20261121-003（24栋·水电气）, as tickets.announce.subject writes it
TOPIC = re.compile(r"^(?:【急】)?[A-Z]{2,4}[0-9]{2}-[0-9]{8}-[0-9]{3,}(?:（[^（）]*）)?")
ASKED = ("请认领",)  # the only endings that are said as they are
CONFIRM_DAYS = 3
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def one_line(text: str) -> str:
    """Without line breaks and invisible characters: a name must not begin a header of its own."""
    seen = (" " if unicodedata.category(letter) in UNSEEN else letter for letter in text)
    return " ".join("".join(seen).split())


def topic(text: str) -> str:
    """The ticket a notice begins with, its building and category; empty when it is about none."""
    found = TOPIC.match(one_line(text))
    return found.group() if found else ""


def subject_of(deliveries: list[Delivery]) -> str:
    first = deliveries[0]
    if first.subject == Delivery.Subject.CONFIRMATION:
        return f"请确认接收{PRODUCT}通知的邮箱"
    if len(deliveries) > 1:
        return f"{PRODUCT}：{len(deliveries)}条通知"
    return _in_short(first)


def body_of(deliveries: list[Delivery]) -> str:
    if deliveries[0].subject == Delivery.Subject.CONFIRMATION:
        return _confirmation(deliveries[0])
    said = "\n\n".join(_paragraph(delivery) for delivery in deliveries[:MOST_LINES])
    rest = len(deliveries) - MOST_LINES
    more = f"\n\n另有{rest}条，请打开服务台查看：{settings.PUBLIC_URL}/notices/" if rest > 0 else ""
    foot = f"这封信由{PRODUCT}自动发出，请不要回复。\n发什么、什么时候发，在这里改：{_preferences()}"
    return f"{said}{more}\n\n—\n{foot}\n"


def group_text_of(deliveries: list[Delivery]) -> str:
    """One line each, as many as fit; links carry a ticket's number at most."""
    if deliveries[0].subject == Delivery.Subject.TRIAL:
        return f"【{PRODUCT}】试发一条：这个群能收到{PRODUCT}的通知了。"
    lines = [_in_short(delivery) for delivery in deliveries]
    for kept in range(len(lines), 0, -1):
        text = "\n".join([*lines[:kept], *_rest(len(lines) - kept), _link(deliveries)])
        if len(text.encode()) <= GROUP_BYTES:
            return text
    return f"{PRODUCT}：{len(lines)}条通知"


def _in_short(delivery: Delivery) -> str:
    about = topic(delivery.text)
    if not about:
        return f"{PRODUCT}：有新的{Kind(kind_of(delivery.effect)).label}"
    asked = next((ending for ending in ASKED if delivery.text.endswith(ending)), "")
    hurry = "快到或已过时限，请尽快处理" if kind_of(delivery.effect) == Kind.CLOCK else ""
    return f"{about}{asked or hurry or '有新情况'}"


def _paragraph(delivery: Delivery) -> str:
    at = timezone.localtime(delivery.created_at)
    link = f"\n{settings.PUBLIC_URL}{delivery.url}" if delivery.url.startswith("/") else ""
    return f"{at.month}月{at.day}日 {at:%H:%M}　{one_line(delivery.text)}{link}"


def _rest(number: int) -> list[str]:
    return [f"另有{number}条"] if number else []


def _link(deliveries: list[Delivery]) -> str:
    only = deliveries[0] if len(deliveries) == 1 and topic(deliveries[0].text) else None
    return f"打开查看：{settings.PUBLIC_URL}{only.url if only and only.url.startswith('/') else '/'}"


def _preferences() -> str:
    return f"{settings.PUBLIC_URL}/me/notices/"


def _confirmation(delivery: Delivery) -> str:
    return (
        f"有人在{PRODUCT}填了这个邮箱，要用它接收工单通知。\n\n"
        f"是您本人填的，请打开下面的网址，登录后按“确认这个邮箱”，{CONFIRM_DAYS}天内有效：\n"
        f"{settings.PUBLIC_URL}{delivery.url}\n\n"
        "不是您填的，不用理会，以后不会再收到。\n"
    )
