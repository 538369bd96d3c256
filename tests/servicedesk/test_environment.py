"""Which values stop the start, and with what sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from servicedesk import environment

CHECKOUT = Path(__file__).resolve().parents[2]
KEY = "k3J9-xQ2mZ7vB1nC5tY8uI0pL4wR6eS_aD-fGhTzXyW"


@pytest.fixture
def production(tmp_path):
    """A complete production environment; a test spoils one value."""
    return {
        "DATABASE_URL": "postgres://desk:pw@db.example.org:5432/desk",
        "REDIS_URL": "redis://cache.example.org:6379/0",
        "SECRET_KEY": f"a{KEY}{KEY}",
        "RECEIPT_KEY": f"b{KEY}{KEY}",
        "PUBLIC_URL": "https://desk.example.org",
        "ALLOWED_HOSTS": "desk.example.org",
        "EMAIL_URL": "smtp+tls://desk:pw@mail.example.org:587",
        "MEDIA_ROOT": str(tmp_path / "media"),
    }


WRONG = [
    ("DEMO", "perhaps", "DEMO 只能是"),
    ("DEBUG", "maybe", "DEBUG 只能是"),
    ("DEBUG", "1", "不能打开 DEBUG"),
    ("SECRET_KEY", "", "没有设置 SECRET_KEY"),
    ("SECRET_KEY", "short", "太短或太简单"),
    ("SECRET_KEY", "a" * 80, "太短或太简单"),
    ("SECRET_KEY", f"django-insecure-{KEY}{KEY}", "示例里的值"),
    ("RECEIPT_KEY", "", "没有设置 RECEIPT_KEY"),
    ("RECEIPT_KEY", "x" * 20, "太短或太简单"),
    ("RECEIPT_KEY", f"a{KEY}{KEY}", "不能和 SECRET_KEY 相同"),
    ("PUBLIC_URL", "", "没有设置 PUBLIC_URL"),
    ("PUBLIC_URL", "http://desk.example.org", "https://"),
    ("PUBLIC_URL", "https://desk.example.org/path", "只写协议和域名"),
    ("PUBLIC_URL", "https://desk.example.org:port", "完整的地址"),
    ("ALLOWED_HOSTS", "*", "通配符"),
    ("ALLOWED_HOSTS", "desk.example.org,.example.org", "通配符"),
    ("ALLOWED_HOSTS", "https://desk.example.org", "只写域名"),
    ("DATABASE_URL", "", "没有设置 DATABASE_URL"),
    ("DATABASE_URL", "sqlite:///db.sqlite3", "只支持 PostgreSQL"),
    ("DATABASE_URL", "mysql://desk:pw@db/desk", "只支持 PostgreSQL"),
    ("DATABASE_URL", "nonsense", "只支持 PostgreSQL"),
    ("DATABASE_URL", "postgres://db.example.org", "没有写库名"),
    ("DATABASE_URL", "postgres://desk:p]w[@db:x/desk", "DATABASE_URL"),
    ("REDIS_URL", "amqp://host", "REDIS_URL 必须像"),
    ("EMAIL_URL", "consolemail://", "EMAIL_URL 必须像"),
    ("EMAIL_URL", "smtp+tls://", "邮件服务器的名字"),
    ("EMAIL_URL", "smtp+tls://desk@mail.example.org", "要么都写，要么都不写"),
    ("EMAIL_URL", "smtp://desk:pw@mail.example.org", "带密码就要加密"),
    ("EMAIL_URL", "smtp+tls://mail.example.org?ssl=no", "ssl 看不懂"),
    ("EMAIL_URL", "smtp+tls://mail.example.org?from=desk", "发件地址"),
    ("MEDIA_ROOT", "", "没有设置 MEDIA_ROOT"),
    ("MEDIA_ROOT", "media", "完整路径"),
    ("MEDIA_ROOT", "/proc/nowhere", "建不起来"),
    ("BACKUP_ROOT", "backups", "完整路径"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_wrong_value_is_refused_with_a_sentence(production, name, value, sentence):
    production[name] = value

    with pytest.raises(environment.Refusal, match=sentence):
        environment.read(production)


def test_backups_are_not_put_among_the_photos(production, tmp_path):
    production["BACKUP_ROOT"] = str(tmp_path / "media" / "backups")

    with pytest.raises(environment.Refusal, match="不能放在 MEDIA_ROOT 里面"):
        environment.read(production)


def test_complete_environment_is_read(production):
    read = environment.read(production)

    assert (read.demo, read.debug) == (False, False)
    assert read.database["HOST"] == "db.example.org"
    assert read.email["EMAIL_HOST"] == "mail.example.org"


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtp+tls://desk:pw@mail.example.org:587", "desk@desk.example.org"),
        ("smtp+tls://desk%40mail.example.org:pw@mail.example.org:587", "desk@mail.example.org"),
        ("smtp+ssl://desk:pw@mail.example.org:465?from=notices@example.org", "notices@example.org"),
        ("smtp://127.0.0.1:25", "desk@desk.example.org"),
        ("", "desk@desk.example.org"),
    ],
)
def test_letters_have_a_sender(production, url, sender):
    production["EMAIL_URL"] = url

    assert environment.read(production).email_from == sender


def test_hosts_default_to_the_public_one(production):
    del production["ALLOWED_HOSTS"]

    assert environment.read(production).allowed_hosts == ["desk.example.org"]


def test_demo_may_speak_plain_http(production):
    production |= {"DEMO": "1", "PUBLIC_URL": "http://127.0.0.1:8000"}

    assert environment.read(production).public_url == "http://127.0.0.1:8000"


def manage(production, *arguments):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env={**kept, **production}, capture_output=True, text=True)


def test_refused_start_prints_one_line_without_traceback(production):
    production["SECRET_KEY"] = "short"

    done = manage(production, "check")

    assert done.returncode == 1
    assert done.stderr.startswith("启动中止：SECRET_KEY 太短") and done.stderr.count("\n") == 1


def test_production_without_a_database_starts_none(production):
    del production["DATABASE_URL"]

    assert "没有设置 DATABASE_URL" in manage(production, "check").stderr


def test_deploy_check_is_clean(production):
    done = manage(production, "check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr
