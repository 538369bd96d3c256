"""The lines themselves: encryption, slow servers, and what may be said where."""

import ssl

import pytest
import trustme
from aiosmtpd.smtp import AuthResult

from notices import wording
from notices.channels import MailLine, Permanent, RobotLine, Transient, alarm, robot
from notices.models import Delivery
from tests.notices.conftest import use_mail
from tests.notices.servers import dripping_server, smtp_server, webhook_server

TICKET = "HY01-20261124-003（24栋·水电气）"


def delivery(text=f"{TICKET}派给安居物业，请认领", **fields):
    return Delivery(**{"pk": 1, "effect": "event:1", "text": text, "subject": "notice", **fields})


def post(address, *deliveries):
    with MailLine() as line:
        line.send(address, list(deliveries) or [delivery()])


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def certified(authority):
    """A server's context for the name localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def trusting(authority, monkeypatch, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


# E-mail -----------------------------------------------------------------------------------------------


def test_letter_goes_encrypted_and_signed_in(settings, certified, trusting):
    accept = {"auth_required": True, "authenticator": lambda *args: _welcome(args[-1])}
    with smtp_server(tls_context=certified, require_starttls=True, **accept) as inbox:
        use_mail(settings, inbox.port, EMAIL_HOST="localhost", EMAIL_USE_TLS=True)
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "right"

        post("a@example.org")

    assert inbox.subjects == [f"{TICKET}请认领"]


def _welcome(data):
    """As aiosmtpd asks: whether this is our user."""
    from_us = data.login == b"desk" and data.password == b"right"
    return AuthResult(success=from_us, handled=from_us)


def test_wrong_password_is_a_trouble_of_the_line(settings, certified, trusting):
    accept = {"auth_required": True, "authenticator": lambda *args: _welcome(args[-1])}
    with smtp_server(tls_context=certified, require_starttls=True, **accept) as inbox:
        use_mail(settings, inbox.port, EMAIL_HOST="localhost", EMAIL_USE_TLS=True)
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "wrong"

        with pytest.raises(Transient, match="用户名或密码") as trouble:
            post("a@example.org")

    assert trouble.value.everywhere
    assert inbox.letters == []


def test_certificate_nobody_vouches_for_is_refused(settings, certified):
    with smtp_server(tls_context=certified, require_starttls=True) as inbox:
        use_mail(settings, inbox.port, EMAIL_HOST="localhost", EMAIL_USE_TLS=True)

        with pytest.raises(Transient, match="证书不可信"):
            post("a@example.org")

    assert inbox.letters == []


def test_server_without_encryption_gets_no_letter(settings):
    with smtp_server() as inbox:
        use_mail(settings, inbox.port, EMAIL_USE_TLS=True)

        with pytest.raises(Transient, match="不支持加密"):
            post("a@example.org")

    assert inbox.letters == []


def test_server_that_drips_is_left(settings, monkeypatch):
    monkeypatch.setattr(alarm, "SECONDS", 0.5)
    with dripping_server(b"220 " + b"x" * 196 + b"\r\n") as port:
        use_mail(settings, port)

        with pytest.raises(Transient, match="连不上或中途断开"):
            post("a@example.org")


def test_drip_outlasts_a_socket_that_only_times_out(settings, monkeypatch):
    """Negative control: without the alarm the same server is listened to until it has said its greeting."""
    monkeypatch.setattr(alarm, "SECONDS", 60)
    settings.EMAIL_TIMEOUT = 0.5
    with dripping_server(b"500\r\n" + b"x" * 600) as port:
        use_mail(settings, port)

        with pytest.raises(Transient):
            post("a@example.org")


def test_one_line_serves_many_letters_and_survives_a_refusal(settings):
    with smtp_server() as inbox, MailLine() as line:
        use_mail(settings, inbox.port)
        inbox.refusals["gone@example.org"] = "550 no such user"
        line.send("a@example.org", [delivery()])
        with pytest.raises(Permanent):
            line.send("gone@example.org", [delivery()])
        line.send("b@example.org", [delivery()])

        assert [letter.sent_to for letter in inbox.letters] == [["a@example.org"], ["b@example.org"]]


def test_same_letter_twice_can_be_told_for_one(settings):
    with smtp_server() as inbox:
        use_mail(settings, inbox.port)
        post("a@example.org", delivery())
        post("a@example.org", delivery())
        post("a@example.org", delivery(pk=2))

    ids = [letter["Message-ID"] for letter in inbox.letters]
    assert ids[0] == ids[1] != ids[2]


def test_name_cannot_begin_a_header_of_its_own(settings):
    with smtp_server() as inbox:
        use_mail(settings, inbox.port)
        post(
            "a@example.org", delivery("HY01-20261124-003（24栋\r\nBcc: all@example.org\r\n\r\n坏·水）请认领")
        )

    [letter] = inbox.letters
    assert letter["Bcc"] is None
    assert letter.sent_to == ["a@example.org"]
    assert inbox.subjects == ["HY01-20261124-003（24栋 Bcc: all@example.org 坏·水）请认领"]


# Groups -----------------------------------------------------------------------------------------------


def test_group_is_told_over_tls(settings, certified, trusting):
    with webhook_server(certified) as group:
        settings.ROBOT_ORIGINS = [group.origin]
        RobotLine().send(group.address, [delivery()])

    assert len(group.heard) == 1


def test_host_nobody_vouches_for_hears_nothing(settings, certified):
    with webhook_server(certified) as group:
        settings.ROBOT_ORIGINS = [group.origin]
        with pytest.raises(Transient, match="证书不可信"):
            RobotLine().send(group.address, [delivery()])

    assert group.paths == []


def test_redirect_is_not_followed(settings):
    with webhook_server() as group:
        settings.ROBOT_ORIGINS = [group.origin]
        group.answers = [(302, {})]
        with pytest.raises(Permanent, match="302"):
            RobotLine().send(group.address, [delivery()])

    assert group.paths == [group.address.removeprefix(group.origin)]


def test_group_that_does_not_answer_is_left(settings, monkeypatch):
    monkeypatch.setattr(robot, "TIMEOUT", 0.3)
    with webhook_server() as group:
        settings.ROBOT_ORIGINS = [group.origin]
        group.pause = 2
        with pytest.raises(Transient, match="没有回应") as trouble:
            RobotLine().send(group.address, [delivery()])

    assert trouble.value.everywhere


def test_group_that_drips_its_answer_is_left(settings, monkeypatch):
    monkeypatch.setattr(alarm, "SECONDS", 0.5)
    with dripping_server(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 180) as port:
        settings.ROBOT_ORIGINS = [f"http://127.0.0.1:{port}"]
        with pytest.raises(Transient, match="没有回应"):
            RobotLine().send(f"http://127.0.0.1:{port}/cgi-bin/webhook/send?key=1", [delivery()])


GOOD = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        (GOOD, True),
        (GOOD.replace("https", "http"), False),
        (GOOD.replace("qyapi.weixin.qq.com", "qyapi.weixin.qq.com.evil.example"), False),
        (GOOD.replace("qyapi", "qyapi:443@evil.example/"), False),
        (GOOD.replace("https://", "https://user@"), False),
        (GOOD.replace(".com/", ".com:8443/"), False),
        (GOOD.replace("webhook/send", "webhook/upload_media"), False),
        (GOOD.replace("?key=", "?debug=1&key="), False),
        (GOOD + "#", True),
        (GOOD + "#x", False),
        (GOOD + "\r\nHost: evil.example", False),
        (GOOD.replace("key=6", "key= 6"), False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_robots_of_allowed_hosts(address, allowed):
    assert robot.is_allowed(address) is allowed


# Words ------------------------------------------------------------------------------------------------


def test_group_and_subject_hear_no_names():
    said = [
        delivery(f"{TICKET}王秀兰来电说厨房漏水，请认领"),
        delivery("陈国平（和苑一号站站长）10分钟内看了10次以上", effect="reveals:1:2"),
        delivery(f"{TICKET}超过答复时限", effect="overdue:1"),
    ]

    assert wording.group_text_of(said).splitlines()[:-1] == [
        f"{TICKET}请认领",
        "社区服务台：有新的其他提醒",
        f"{TICKET}快到或已过时限，请尽快处理",
    ]
    assert [wording.subject_of([one]) for one in said] == wording.group_text_of(said).splitlines()[:-1]


def test_group_text_fits_and_says_what_it_left_out():
    text = wording.group_text_of([delivery() for _ in range(50)])

    lines = text.splitlines()
    assert len(text.encode()) <= 2048 < len(text.encode()) + len(f"{TICKET}请认领\n".encode())
    assert lines[-2] == f"另有{50 - (len(lines) - 2)}条"


def test_longest_names_fit_too():
    monster = delivery(f"HY01-20261124-003（{'楼' * 30}·{'类' * 30}）请认领")

    assert len(wording.group_text_of([monster] * 50).encode()) <= 2048


def test_letter_says_how_many_it_left_out(settings):
    body = wording.body_of([delivery() for _ in range(53)])

    assert body.count(TICKET) == 50
    assert "另有3条" in body
