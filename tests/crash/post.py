"""Many messages on their way out, the servers that take them, and what may have become of each."""

import asyncio
import re
from collections import Counter
from contextlib import contextmanager

from accounts.models import Post as Membership
from notices.models import Delivery, Notice, Preference, Robot
from tests.factories import UnitFactory, UserFactory
from tests.notices.servers import Inbox, smtp_server, webhook_server

NUMBER = re.compile(r"HY01-20261124-\d{4}")
PAUSE = 0.04  # seconds that a server takes for a message: most moments fall into one


class SlowInbox(Inbox):
    """Takes a letter in the middle of the time it needs, so that a kill may come before and after."""

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(PAUSE / 2)
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(PAUSE / 2)
        return answer


class Post:
    """`arrived`: how often each number came out, by letter and in the groups together."""

    def __init__(self, inbox, group):
        self.inbox, self.group = inbox, group
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
        self.expected = {_number(number) for number in range(count)}


def _number(number):
    return f"HY01-20261124-{number:04d}"


def _notice(number, who):
    return Notice(effect=f"event:{number}", text=f"{_number(number)}（24栋·水电气），请认领", **who)


@contextmanager
def post_office():
    with smtp_server(SlowInbox()) as inbox, webhook_server() as group:
        group.pause = PAUSE
        yield Post(inbox, group)


def marked_sent():
    return {NUMBER.search(text)[0] for text in _texts(state=Delivery.State.SENT)}


def left():
    return Delivery.objects.waiting().count() + Notice.objects.unrouted().count()


def interrupted():
    """{(number, attempt)} of what was begun and has no outcome: a dead process was at it."""
    rows = Delivery.objects.waiting().filter(begun__gt=0).values_list("text", "attempt")
    return {(NUMBER.search(text)[0], attempt) for text, attempt in rows}


def _texts(**found):
    return Delivery.objects.filter(**found).values_list("text", flat=True)
