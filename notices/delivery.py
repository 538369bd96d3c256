"""Empties the outbox: what is due is sent, what failed is tried again for a day, the rest goes to the dead letters.

At least once outside: a message is marked sent in the transaction that saw it taken. A process killed between the
two leaves it waiting, and it goes out again; any number of sweeps at once send it once (SAFETY RE-6, RE-9).
"""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from notices import dead_letters, routing
from notices.channels import LINES, Line, Permanent, Transient
from notices.models import Delivery, Preference, Robot

State = Delivery.State
SECONDS = 20.0  # for routing and for each line; after it no further batch or message is begun
HOLD = timedelta(seconds=30)  # how long a message is left alone after a process died on it
PERIOD = timedelta(hours=24)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
KEPT = timedelta(days=90)
MOST_BEGUN = 3
MOST_AT_ONCE = 50
ROBOT_PER_MINUTE = 20
NO_END, BAD_MESSAGE = "发了3次，都没有结果", "这条消息有问题，发了3次都出错"
GONE, SETTLED = "收件人已取消", "已经有人办了"
Outlet = Preference | Robot
OUTLETS: dict[str, type[Preference] | type[Robot]] = {
    Delivery.Channel.EMAIL: Preference,
    Delivery.Channel.ROBOT: Robot,
}

logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """What a run did, counted in deliveries."""

    sent: int = 0
    later: int = 0
    dead: int = 0


@dataclass
class Bundle:
    """What goes out as one message; empty when there was a reason to send nothing just now."""

    address: str = ""
    deliveries: list[Delivery] = field(default_factory=list)
    attempt: UUID = field(default_factory=uuid4)


def deliver(*, now: datetime | None = None, seconds: float = SECONDS) -> Tally:
    """Route what is new and send what is due at `now` (aware), each for so many seconds at most."""
    now = now or timezone.now()
    tally = Tally()
    routing.route(now, until=time.monotonic() + seconds)
    for kind in LINES:
        with kind() as line:
            _Sweep(line, now, time.monotonic() + seconds, tally).run()
    return tally


def forget_old(*, now: datetime | None = None) -> int:
    """Delete what was sent or dropped a quarter of a year ago; how many. Dead letters wait for a person."""
    now = now or timezone.now()
    deleted, _ = Delivery.objects.over_before(now - KEPT).delete()
    return deleted


def wait_after(tries: int) -> timedelta:
    """15 s after the first failure, then twice as long each time, a quarter of an hour at most."""
    return min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)


class _Sweep:
    """One run over one channel. `passed`: people or units left alone in this run."""

    def __init__(self, line: Line, now: datetime, until: float, tally: Tally):
        self.line, self.now, self.until, self.tally = line, now, until, tally
        self.passed: set[int] = set()

    def run(self) -> None:
        """One message after the other; a line that is down is left for the next run after one try."""
        while time.monotonic() < self.until and (bundle := self._take()):
            if bundle.deliveries and not self._send(bundle):
                return

    # Taking -------------------------------------------------------------------------------------------

    @transaction.atomic
    def _take(self) -> Bundle | None:
        """The next message, written down as begun; None when nothing is due."""
        due = Delivery.objects.due(self.line.channel, self.now)
        first = due.beside(self.passed).first()
        if first is None:
            return None
        outlets = OUTLETS[self.line.channel].objects.of_delivery(first)
        outlet = outlets.free().first()
        if self._must_wait(outlet, outlets):
            self.passed.add(first.receiver_id)
            return Bundle()
        waiting = list(due.to_the_same(first).with_settled().free())
        if not waiting:
            self.passed.add(first.receiver_id)  # still being sent by a sweep that is slow about it
        return self._begin(outlet, self._wanted(waiting))

    def _wanted(self, found: list[Delivery]) -> list[Delivery]:
        """Without those whose step has been taken, which end here; asked before beginning and before sending."""
        self._end([delivery for delivery in found if delivery.is_settled], State.DROPPED, SETTLED)
        return [delivery for delivery in found if not delivery.is_settled]

    def _must_wait(self, outlet: Outlet | None, outlets: QuerySet[Any]) -> bool:
        """In another sweep's hands; or a robot that has had its twenty messages of this minute."""
        if outlet is None:
            return outlets.exists()
        if not isinstance(outlet, Robot):
            return False
        return Delivery.objects.messages_lately(outlet.unit_id, self.now) >= ROBOT_PER_MINUTE

    def _begin(self, outlet: Outlet | None, waiting: list[Delivery]) -> Bundle:
        ready = self._sendable(outlet, waiting)
        if outlet is None or not ready:
            return Bundle()
        chosen = _together(ready)
        bundle = Bundle(chosen[0].address or outlet.address, chosen)
        Delivery.objects.begin(chosen, attempt=bundle.attempt, now=self.now, hold=HOLD)
        return bundle

    def _sendable(self, outlet: Outlet | None, waiting: list[Delivery]) -> list[Delivery]:
        """The others are ended (who left, what a process died of) or put off until the morning."""
        ready, asleep = [], []
        morning = outlet.quiet_until(self.now) if outlet else None
        for delivery in waiting:
            if ending := _ending(outlet, delivery):
                self._end([delivery], *ending)
            elif morning and not delivery.wakes:
                asleep.append(delivery)
            else:
                ready.append(delivery)
        if asleep:
            Delivery.objects.postpone(asleep, morning)
        return ready

    # Sending ------------------------------------------------------------------------------------------

    @transaction.atomic
    def _send(self, bundle: Bundle) -> bool:
        """Send what still is ours and write down what became of it; False when the line is down."""
        ours = Delivery.objects.in_attempt(bundle.deliveries, bundle.attempt)
        deliveries = self._wanted(list(ours.with_settled().free()))
        if not deliveries:
            return True
        try:
            self.line.send(bundle.address, deliveries)
        except Transient as trouble:
            self._put_off(deliveries, trouble)
            return not trouble.everywhere
        except Permanent as trouble:
            self._bury(deliveries, trouble)
        except Exception:  # a fault of the message; the next one is not to suffer from it
            logger.exception("deliveries %s failed", [delivery.pk for delivery in deliveries])
            self._end([d for d in deliveries if d.begun >= MOST_BEGUN], State.DEAD, BAD_MESSAGE)
        else:
            self._end(deliveries, State.SENT)
            if deliveries[0].subject == Delivery.Subject.TRIAL:
                self._outlets(deliveries).restart()
        return True

    def _put_off(self, deliveries: list[Delivery], trouble: Transient) -> None:
        """Tried again later; for a day, counted from the first failure."""
        for delivery in deliveries:
            delivery.failing_since = delivery.failing_since or self.now
            delivery.tries += 1
            delivery.begun, delivery.reason = 0, trouble.reason
            delivery.due_at = self.now + max(wait_after(delivery.tries), trouble.wait)
        Delivery.objects.bulk_update(deliveries, ["failing_since", "tries", "begun", "reason", "due_at"])
        over = [d for d in deliveries if d.failing_since and self.now - d.failing_since >= PERIOD]
        self._end(over, State.DEAD, f"{trouble.reason}，试了24小时")
        self.tally.later += len(deliveries) - len(over)

    def _bury(self, deliveries: list[Delivery], trouble: Permanent) -> None:
        """A letter to an address that is not confirmed yet says nothing about the one in use."""
        self._end(deliveries, State.DEAD, trouble.reason)
        if trouble.stops and not deliveries[0].address:
            for outlet in self._outlets(deliveries):
                outlet.stop(trouble.reason)
                dead_letters.tell_owner(outlet, trouble.reason, now=self.now)

    def _outlets(self, deliveries: list[Delivery]) -> Any:
        return OUTLETS[self.line.channel].objects.of_delivery(deliveries[0])

    def _end(self, deliveries: list[Delivery], state: str, reason: str = "") -> None:
        """What somebody just asked for is no dead letter: the page they asked on says what became of it."""
        if not deliveries:
            return
        if state == State.DEAD and deliveries[0].subject != Delivery.Subject.NOTICE:
            state = State.DROPPED
        Delivery.objects.end(deliveries, state, reason=reason, now=self.now)
        self.tally.sent += len(deliveries) if state == State.SENT else 0
        if state == State.DEAD:
            self.tally.dead += len(deliveries)
            dead_letters.report(deliveries, now=self.now)


def _ending(outlet: Outlet | None, delivery: Delivery) -> tuple[str, str] | None:
    """The state and the sentence with which a delivery ends unsent; None when it may be sent."""
    if delivery.begun >= MOST_BEGUN:
        return State.DEAD, NO_END
    why_not = outlet.why_not(delivery) if outlet else GONE
    if why_not:
        return State.DROPPED, why_not
    if outlet and outlet.stopped_why and delivery.subject == Delivery.Subject.NOTICE:
        return State.DEAD, outlet.stopped_why
    return None


def _together(ready: list[Delivery]) -> list[Delivery]:
    """An emergency by itself; else everything that may share a message (one digest a person and run)."""
    if ready[0].goes_alone:
        return ready[:1]
    return [delivery for delivery in ready if not delivery.goes_alone][:MOST_AT_ONCE]
