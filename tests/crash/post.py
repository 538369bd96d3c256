"""Many messages on their way out, the servers that take them, and what may have become of each."""

import asyncio
import queue
import re
import threading
from collections import Counter
from contextlib import contextmanager
from email import message_from_bytes, policy

from accounts.models import Post as Membership
from notices.models import Delivery, Notice, Preference, Robot
from tests.factories import UnitFactory, UserFactory
from tests.notices.servers import Group, Inbox, smtp_server, webhook_server
from tests.racing import PATIENCE

NUMBER = re.compile(r"HY01-20261124-\d{4}")
PAUSE = 0.04  # seconds that a server takes for a message: most moments fall into one
BEFORE, AFTER = "before it is taken", "taken and not yet answered for"


class Gate:
    """Where both servers hold the messages in `plan` ({number: moment}), each once, until the test has done its part.

    Held BEFORE it is taken, it was lost on the line with whoever sent it; held AFTER, it is answered for late.
    """

    def __init__(self):
        self.plan, self._held = {}, queue.Queue()

    @contextmanager
    def held(self):
        """The number of the next one that is held, and its moment; let go at the end of the block."""
        number, moment, over = self._held.get(timeout=PATIENCE)
        try:
            yield number, moment
        finally:
            over.set()

    def hold(self, text, moment):
        """Called by a server's thread; whether it was held."""
        number = number_in(text)
        if self.plan.get(number) != moment:
            return False
        del self.plan[number]
        over = threading.Event()
        self._held.put((number, moment, over))
        over.wait(PATIENCE)
        return True


class SlowInbox(Inbox):
    """Takes a letter in the middle of the time it needs, so that a kill may come before and after."""

    def __init__(self, gate):
        super().__init__()
        self.gate = gate

    async def handle_DATA(self, server, session, envelope):
        text = message_from_bytes(envelope.content, policy=policy.default).get_content()
        if await asyncio.to_thread(self.gate.hold, text, BEFORE):
            return "421 nobody is there any more"
        await asyncio.sleep(PAUSE / 2)
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.to_thread(self.gate.hold, text, AFTER)
        await asyncio.sleep(PAUSE / 2)
        return answer


class SlowGroup(Group):
    def __init__(self, gate):
        super().__init__()
        self.gate, self.pause = gate, PAUSE

    def take(self, said):
        text = said["text"]["content"]
        if self.gate.hold(text, BEFORE):
            return 503, {}
        answer = super().take(said)
        self.gate.hold(text, AFTER)
        return answer


class Post:
    """`arrived`: how often each number came out, by letter and in the groups together."""

    def __init__(self, inbox, group, gate):
        self.inbox, self.group, self.gate = inbox, group, gate
        self.expected: set[str] = set()

    @property
    def variables(self):
        """What a worker has to be told to send here."""
        return {
            "EMAIL_URL": f"smtp://127.0.0.1:{self.inbox.port}",
            "CRASH_ROBOT_ORIGIN": self.group.origin,
            "DJANGO_SETTINGS_MODULE": "tests.crash.outlet_settings",
        }

    @property
    def arrived(self):
        said = [*self.inbox.texts(), *self.group.texts]
        return Counter(number for text in said for number in NUMBER.findall(text))

    def write(self, house, count):
        """Half to a mailbox each, half to a group each, as notices that nobody has routed yet."""
        people = UserFactory.create_batch(count // 2)
        Membership.objects.bulk_create(
            Membership(user=person, role="unit_staff", unit=house.unit) for person in people
        )
        units = UnitFactory.create_batch(count - count // 2, area=house.area)
        awake = {"quiet_from": None, "quiet_to": None}
        Preference.objects.bulk_create(
            Preference(person=person, address=f"u{person.pk}@example.org", **awake) for person in people
        )
        Robot.objects.bulk_create(
            Robot(unit=unit, address=self.group.address, saved_by=house.unit_lead, **awake) for unit in units
        )
        notices = [{"recipient": person} for person in people]
        notices += [{"recipient": house.staff, "unit": unit} for unit in units]
        Notice.objects.post([_notice(number, who) for number, who in enumerate(notices)])
        self.expected = {numbered(number) for number in range(count)}


def numbered(number):
    return f"HY01-20261124-{number:04d}"


def _notice(number, who):
    return Notice(effect=f"event:{number}", text=f"{numbered(number)}（24栋·水电气），请认领", **who)


@contextmanager
def post_office():
    gate = Gate()
    with smtp_server(SlowInbox(gate)) as inbox, webhook_server(group=SlowGroup(gate)) as group:
        yield Post(inbox, group, gate)


def number_in(text):
    """Or None: a letter of another test's desk bears a number of today."""
    found = NUMBER.search(text)
    return found and found[0]


def marked_sent():
    return {number_in(text) for text in _texts(state=Delivery.State.SENT)}


def left():
    return Delivery.objects.waiting().count() + Notice.objects.unrouted().count()


def interrupted():
    """{(number, attempt)} of what was begun and has no outcome: a dead process was at it."""
    rows = Delivery.objects.waiting().filter(begun__gt=0).values_list("text", "attempt")
    return {(number_in(text), attempt) for text, attempt in rows}


def _texts(**found):
    return Delivery.objects.filter(**found).values_list("text", flat=True)
