"""Reads the environment and refuses what is wrong or weak, each time with one sentence.

Pure: it takes a mapping and returns values; settings.py turns a refusal into the end of the start.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import environ

TRUE, FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
KNOWN_KEYS = ("django-insecure", "changeme", "change-me", "secret", "example", "please")
MAIL_SCHEMES = {"smtp", "smtps", "smtp+tls", "smtp+ssl"}
MAIL_BACKEND = "notices.channels.smtp.Backend"
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
FROM_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
LOCAL_MAIL_SCHEMES = {"dummymail", "memorymail", "filemail"}
KEY_LENGTH = 50
KEY_VARIETY = 12


class Refusal(Exception):
    """Carries the sentence that says which value is wrong and what to do."""


@dataclass(frozen=True)
class Environment:
    """What the product is told from outside; DESIGN §13 names the variables."""

    demo: bool
    debug: bool
    secret_key: str
    receipt_key: str
    public_url: str
    allowed_hosts: list[str]
    database: dict[str, Any]
    redis_url: str
    email: dict[str, Any]
    email_from: str
    media_root: Path
    backup_root: Path | None


def read(variables: Mapping[str, str]) -> Environment:
    """All values checked; raises Refusal at the first that cannot be accepted."""
    demo = _boolean(variables, "DEMO")
    public_url = _public_url(variables, demo=demo)
    secret_key = _key(variables, "SECRET_KEY")
    return Environment(
        demo=demo,
        debug=_debug(variables, demo=demo),
        secret_key=secret_key,
        receipt_key=_receipt_key(variables, secret_key),
        public_url=public_url,
        allowed_hosts=_hosts(variables, public_url),
        database=_database(variables),
        redis_url=_redis_url(variables),
        email=_email(variables, demo=demo),
        email_from=_email_from(variables, public_url),
        media_root=_media_root(variables),
        backup_root=_backup_root(variables),
    )


def _text(variables: Mapping[str, str], name: str) -> str:
    return variables.get(name, "").strip()


def _boolean(variables: Mapping[str, str], name: str) -> bool:
    value = _text(variables, name).lower()
    if value not in TRUE | FALSE:
        raise Refusal(f"{name} 只能是 1 或 0，现在的值看不懂。")
    return value in TRUE


def _debug(variables: Mapping[str, str], *, demo: bool) -> bool:
    debug = _boolean(variables, "DEBUG")
    if debug and not demo:
        raise Refusal("正式环境不能打开 DEBUG：出错页会泄露数据。请去掉 DEBUG。")
    return debug


def _key(variables: Mapping[str, str], name: str) -> str:
    value = _text(variables, name)
    advice = "请用 python -c 'import secrets; print(secrets.token_urlsafe(64))' 生成一个。"
    if not value:
        raise Refusal(f"没有设置 {name}。{advice}")
    if len(value) < KEY_LENGTH or len(set(value)) < KEY_VARIETY:
        raise Refusal(f"{name} 太短或太简单，至少要 {KEY_LENGTH} 个随机字符。{advice}")
    if value.lower().startswith(KNOWN_KEYS):
        raise Refusal(f"{name} 还是示例里的值。{advice}")
    return value


def _receipt_key(variables: Mapping[str, str], secret_key: str) -> str:
    value = _key(variables, "RECEIPT_KEY")
    if value == secret_key:
        raise Refusal("RECEIPT_KEY 不能和 SECRET_KEY 相同：更换其中一个不应影响另一个。")
    return value


def _public_url(variables: Mapping[str, str], *, demo: bool) -> str:
    value = _text(variables, "PUBLIC_URL")
    if not value:
        raise Refusal("没有设置 PUBLIC_URL，例如 https://desk.example.org。")
    parts = _split(value, "PUBLIC_URL")
    if parts.scheme != "https" and not (demo and parts.scheme == "http"):
        raise Refusal("PUBLIC_URL 必须以 https:// 开头。")
    if not parts.hostname or parts.username or parts.path.strip("/") or parts.query:
        raise Refusal("PUBLIC_URL 只写协议和域名，例如 https://desk.example.org。")
    return value.rstrip("/")


def _split(value: str, name: str) -> SplitResult:
    """urlsplit and its port, whose errors are ValueErrors in English."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  a wrong port shows only when it is read
    except ValueError:
        raise Refusal(f"{name} 不是一个完整的地址。") from None
    return parts


def _hosts(variables: Mapping[str, str], public_url: str) -> list[str]:
    hosts = [host.strip() for host in _text(variables, "ALLOWED_HOSTS").split(",") if host.strip()]
    for host in hosts:
        if "*" in host or host.startswith("."):
            raise Refusal("ALLOWED_HOSTS 不能用通配符，请逐个写出域名。")
        if not _is_host(host):
            raise Refusal("ALLOWED_HOSTS 只写域名，用逗号分开，不带 https:// 和路径。")
    return hosts or [urlsplit(public_url).netloc.rsplit(":", 1)[0]]


def _is_host(host: str) -> bool:
    if host.startswith("["):
        host = host.strip("[]")
        try:
            return bool(ipaddress.ip_address(host))
        except ValueError:
            return False
    return all(letter.isalnum() or letter in "-." for letter in host)


def _database(variables: Mapping[str, str]) -> dict[str, Any]:
    value = _text(variables, "DATABASE_URL")
    if not value:
        raise Refusal("没有设置 DATABASE_URL，例如 postgres://用户:密码@主机:5432/库名。")
    if _split(value, "DATABASE_URL").scheme not in {"postgres", "postgresql"}:
        raise Refusal("只支持 PostgreSQL：DATABASE_URL 必须以 postgres:// 开头。")
    try:
        database = environ.Env.db_url_config(value)
    except (ValueError, TypeError, KeyError):
        raise Refusal("DATABASE_URL 看不懂，请检查密码里的特殊字符是否已转义。") from None
    if not database.get("NAME"):
        raise Refusal("DATABASE_URL 没有写库名，例如 postgres://用户:密码@主机:5432/库名。")
    return database


def _redis_url(variables: Mapping[str, str]) -> str:
    value = _text(variables, "REDIS_URL")
    if value:
        parts = _split(value, "REDIS_URL")
        if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
            raise Refusal("REDIS_URL 必须像 redis://主机:6379/0。")
    return value


def _email(variables: Mapping[str, str], *, demo: bool) -> dict[str, Any]:
    """Without EMAIL_URL no mail leaves; a backend that prints letters is nowhere allowed."""
    value = _text(variables, "EMAIL_URL") or "dummymail://"
    scheme = _split(value, "EMAIL_URL").scheme
    unset = not _text(variables, "EMAIL_URL")
    if scheme not in MAIL_SCHEMES and not (scheme in LOCAL_MAIL_SCHEMES and (demo or unset)):
        raise Refusal("EMAIL_URL 必须像 smtp+tls://用户:密码@邮件服务器:587。")
    if scheme in MAIL_SCHEMES:
        _check_server(_split(value, "EMAIL_URL"))
        # Django's own, with an end to slow conversations.
        return environ.Env.email_url_config(_without_query(value), backend=MAIL_BACKEND)
    return environ.Env.email_url_config(value)


def _check_server(parts: SplitResult) -> None:
    if not parts.hostname:
        raise Refusal("EMAIL_URL 没有写邮件服务器的名字。")
    if bool(parts.username) != bool(parts.password):
        raise Refusal("EMAIL_URL 里用户名和密码要么都写，要么都不写。")
    if parts.scheme == "smtp" and parts.password and parts.hostname not in LOCAL_HOSTS:
        raise Refusal("EMAIL_URL 带密码就要加密：请用 smtp+tls:// 或 smtp+ssl:// 开头。")
    if unknown := set(parse_qs(parts.query)) - {"from"}:
        raise Refusal(f"EMAIL_URL 里 {'、'.join(sorted(unknown))} 看不懂，问号后面只能写 from=发件地址。")


def _without_query(value: str) -> str:
    return _split(value, "EMAIL_URL")._replace(query="").geturl()


def _email_from(variables: Mapping[str, str], public_url: str) -> str:
    """From the address given, else the account's, else one at the product's own host."""
    parts = _split(_text(variables, "EMAIL_URL"), "EMAIL_URL")
    given = parse_qs(parts.query).get("from", [""])[0]
    account = unquote(parts.username or "")
    address = given or (account if "@" in account else f"desk@{urlsplit(public_url).hostname}")
    if (given or "@" in account) and not FROM_ADDRESS.fullmatch(address):
        raise Refusal("EMAIL_URL 里的发件地址不是一个邮箱，请写成 from=desk@example.org。")
    return address


def _media_root(variables: Mapping[str, str]) -> Path:
    value = _text(variables, "MEDIA_ROOT")
    if not value:
        raise Refusal("没有设置 MEDIA_ROOT，请指定保存照片的文件夹。")
    path = Path(value)
    if not path.is_absolute():
        raise Refusal("MEDIA_ROOT 必须是以 / 开头的完整路径。")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Refusal("MEDIA_ROOT 建不起来，请检查路径和权限。") from None
    if not os.access(path, os.W_OK):
        raise Refusal("MEDIA_ROOT 不能写入，请检查权限。")
    return path


def _backup_root(variables: Mapping[str, str]) -> Path | None:
    """Made and written to by whoever makes a backup; a web process need not reach it."""
    value = _text(variables, "BACKUP_ROOT")
    if not value:
        return None
    path = Path(value)
    if not path.is_absolute():
        raise Refusal("BACKUP_ROOT 必须是以 / 开头的完整路径。")
    if path.is_relative_to(_text(variables, "MEDIA_ROOT")):
        raise Refusal("BACKUP_ROOT 不能放在 MEDIA_ROOT 里面：备份和照片要分开放。")
    return path
