"""A mailbox and a group for the people of the house, on real servers."""

import pytest

from notices.channels import alarm
from notices.channels import robot as robot_line
from notices.models import Notice, Preference, Robot
from tests.notices.servers import smtp_server, webhook_server
from tests.racing import PATIENCE


@pytest.fixture(autouse=True)
def patient_lines(settings, monkeypatch):
    """On a busy machine a server of ours may be slow; tests of slow servers set their own limits."""
    settings.EMAIL_TIMEOUT = PATIENCE
    monkeypatch.setattr(alarm, "SECONDS", float(PATIENCE))
    monkeypatch.setattr(robot_line, "TIMEOUT", float(PATIENCE))


@pytest.fixture
def inbox(settings):
    with smtp_server() as inbox:
        use_mail(settings, inbox.port)
        yield inbox


@pytest.fixture
def group(settings):
    with webhook_server() as group:
        settings.ROBOT_ORIGINS = [group.origin]
        yield group


def use_mail(settings, port, **options):
    settings.EMAIL_BACKEND = "notices.channels.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    for name, value in options.items():
        setattr(settings, name, value)


@pytest.fixture
def mailbox():
    """`mailbox(user)`: a confirmed address, all kinds, no quiet hours unless given."""

    def make(user, **fields):
        fields = {"address": f"u{user.pk}@example.org", "quiet_from": None, "quiet_to": None, **fields}
        return Preference.objects.create(person=user, **fields)

    return make


@pytest.fixture
def robot(house):
    """`robot(address)`: the robot of the house's unit, without quiet hours unless given."""

    def make(address, **fields):
        fields = {"unit": house.unit, "quiet_from": None, "quiet_to": None, **fields}
        return Robot.objects.create(address=address, saved_by=house.unit_lead, **fields)

    return make


@pytest.fixture
def say():
    """`say(user, "HY01-… 请认领")`: a notice that nobody has routed yet."""
    counter = iter(range(10**6))

    def make(user, text="HY01-20261124-003（24栋·水电气）派给安居物业，请认领", **fields):
        fields.setdefault("effect", f"event:{next(counter)}")
        notice = Notice(recipient=user, text=text, **fields)
        Notice.objects.post([notice])
        return Notice.objects.get(recipient=user, effect=notice.effect)

    return make
