"""Who gets in with which phone and password, and what is written down about it.

Unknown number, wrong password and disabled person are one case: the same words, the same work.
"""

import logging
import math
from datetime import datetime

from django.contrib.auth import authenticate, login, logout
from django.utils import timezone

from accounts import audit, throttle
from accounts.audit import Action
from accounts.devices import device_of, new_device
from accounts.models import User

logger = logging.getLogger(__name__)

WRONG = "手机号或密码不对。"
WRONG_OLD = "现在的密码不对。"
EXPIRED = "一次性密码已过期，请站长或单位负责人再给您一个。"


class Refused(Exception):
    """Carries the sentence for the person at the door, and until when to wait where there is a wait."""

    def __init__(self, sentence: str, *, until: datetime | None = None):
        super().__init__(sentence)
        self.sentence = sentence
        self.until = until


def sign_in(request, *, phone: str, password: str, now: datetime | None = None) -> str:
    """Sign the person in on this browser and return the browser's number; raises Refused."""
    now = now or timezone.now()
    booking = _book(request, phone, now)
    user = authenticate(request, phone=phone, password=password)
    if user is None:
        _record_failure(request, phone, booking)
        raise Refused(WRONG + _then_wait(booking.wait))
    booking.give_back()
    if user.one_time_until and user.one_time_until <= now:
        audit.record(Action.SIGN_IN_FAILED, person=user, detail="一次性密码已过期", device=device_of(request))
        raise Refused(EXPIRED)
    return _admit(request, user, now)


def confirm_password(request, password: str, *, now: datetime | None = None) -> None:
    """Raise Refused unless this is the password of the person signed in; counts like the door."""
    booking = _book(request, request.user.phone, now or timezone.now())
    if not request.user.check_password(password):
        _record_failure(request, request.user.phone, booking)
        raise Refused(WRONG_OLD + _then_wait(booking.wait))
    booking.give_back()


def sign_out(request) -> None:
    if request.user.is_authenticated:
        user = request.user
        audit.record(Action.SIGN_OUT, actor=user, person=user, area=user.home_area)
    logout(request)


def wait_in_words(seconds: float) -> str:
    """“15 秒”, “4 分钟”: never less than is left."""
    return f"{max(1, math.ceil(seconds))} 秒" if seconds <= 60 else f"{math.ceil(seconds / 60)} 分钟"


def _book(request, phone, now):
    try:
        return throttle.book(phone=phone, address=throttle.client_address(request), now=now)
    except throttle.TooManyAttempts as error:
        logger.warning("sign-in throttled until %s", error.until.isoformat())
        words = wait_in_words((error.until - now).total_seconds())
        raise Refused(f"试的次数太多，请等 {words}再试。", until=error.until) from None


def _admit(request, user, now) -> str:
    throttle.forget_old(now=now)
    login(request, user)
    user.device = device_of(request) or new_device()
    audit.record(Action.SIGN_IN, actor=user, person=user, area=user.home_area)
    return user.device


def _record_failure(request, phone, booking):
    """The same two queries for a known and an unknown number; the number itself is not kept."""
    person = User.objects.filter(phone=phone).first()
    detail = f"15 分钟内第 {booking.failures} 次"
    audit.record(Action.SIGN_IN_FAILED, person=person, detail=detail, device=device_of(request))


def _then_wait(seconds: int) -> str:
    return f"再试前请等 {wait_in_words(seconds)}。" if seconds else ""
