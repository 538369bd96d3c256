"""Pages that belong to no app: errors, refused forms, reports of the browser about our CSP, the system's state."""

import json
import logging
import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.shortcuts import render, resolve_url
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Post
from servicedesk import health, kept
from servicedesk.log import redact
from stations import saying
from tickets import upkeep
from tickets.backups import nightly
from tickets.models import Heartbeat

logger = logging.getLogger(__name__)

RETRY_SECONDS = "30"
REPORT_BYTES = 16 * 1024
SENTENCES = {
    400: "发来的内容有无法识别的字符，没有保存。请返回检查后重试。",
    401: "登录已过期，刚才这一步没有做。请重新登录后再做一次。",
    403: "您没有权限打开这个页面。",
    404: "没有找到这个页面。",
    405: "这个地址不接受这样的操作，请返回上一页重试。",
    409: "刚刚有别人先一步处理了，请刷新后再看。",
    413: "发来的内容太大，一次最多 12 MB。请减少或缩小照片后重试。",
    429: "尝试次数太多，请 15 分钟后再试，或请站长、系统管理员帮助。",
    500: "系统出错了，刚才的内容可能没有保存。请返回后重试；仍不行请告诉系统管理员。",
    503: "系统暂时不可用，刚才的内容没有保存。请稍等半分钟后重试。",
}
STALE_FORM = "页面放久了，请刷新后重试。"
SIGNED_OUT_WORDS = "登录已过期，刚才写的没有保存。都在下面，登录后复制过去再交，这一页先别关。"
STALE_WORDS = "页面放久了，刚才写的没有保存。都在下面，重新打开那一页，复制过去再交，这一页先别关。"
OUT_OF_SIGHT = (
    "这一页您现在看不到了，可能刚刚有人改动过，已经不归您这里。刚才写的没有保存，都在下面，可以抄走再用。"
)
# No context processors, so no session and no user: 500 and 503 must appear when nothing else works,
# and with 400 the request itself is in doubt (a foreign Host, a broken form).
STATIC_PAGES = {400, 413, 500, 503}
BARE = '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>{0}</title><h1>{0}</h1><p>{1}</p>'


def error_page(request: HttpRequest, status: int, sentence: str = "", **more: Any) -> HttpResponse:
    """templates/errors/<status>.html with {{ sentence }}, {{ status }} and more; a bare page without it."""
    sentence = sentence or SENTENCES[status]
    is_reading = request.method in ("GET", "HEAD")  # then nothing was to be done, a page was to be seen
    context = {"sentence": sentence, "status": status, "is_reading": is_reading, **more}
    try:
        asking = None if status in STATIC_PAGES else request
        page: str = render_to_string(f"errors/{status}.html", context, request=asking)
    except TemplateDoesNotExist:
        page = BARE.format(status, sentence)
    headers = {"Retry-After": RETRY_SECONDS} if status == 503 else {}
    return HttpResponse(page, status=status, headers=headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403, str(exception))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Never says what was looked for: someone else's ticket reads like a missing one.

    What was typed is given back, whatever it was sent to: the ticket may be with another unit by now.
    """
    typed = kept.words(request) if request.method == "POST" else []
    return error_page(request, 404, OUT_OF_SIGHT if typed else "", words=typed)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django comes here from every layer, middleware included, while the error is being handled."""
    is_database = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    return error_page(request, 503 if is_database else 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of another site reads only that it was not taken; one's own gives back what was typed."""
    if not kept.is_own(request):
        return error_page(request, 403, STALE_FORM)
    if _is_signed_out(request):
        return signed_out(request)
    typed = kept.words(request)
    sentence = STALE_WORDS if typed else STALE_FORM
    return error_page(request, 403, sentence, words=typed, back_url=kept.form_page(request))


def _is_signed_out(request: HttpRequest) -> bool:
    match = request.resolver_match
    is_public = match is None or not getattr(match.func, "login_required", True)
    return not is_public and not request.user.is_authenticated


def signed_out(request: HttpRequest) -> HttpResponse:
    """The answer to a form that came after its session had ended."""
    typed, back = kept.words(request), urlencode({REDIRECT_FIELD_NAME: kept.form_page(request)})
    sentence = SIGNED_OUT_WORDS if typed else ""
    door = f"{resolve_url(settings.LOGIN_URL)}?{back}"
    page = error_page(request, 401, sentence, words=typed, door_url=door)
    page.headers["WWW-Authenticate"] = "Cookie"  # the browser shall ask nothing by itself
    return page


@csrf_exempt
@login_not_required
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Notes which rule was broken by what host; addresses may hold secrets and stay out."""
    try:
        report = json.loads(request.body[:REPORT_BYTES])["csp-report"]
        rule, blocked = str(report["effective-directive"]), str(report.get("blocked-uri", ""))
        page, host = urlsplit(str(report.get("document-uri", ""))).path, urlsplit(blocked).netloc
    except (ValueError, KeyError, TypeError, AttributeError, RawPostDataException, RecursionError):
        return HttpResponse(status=400)
    logger.warning("CSP %s blocked %s on %s", rule[:40], redact(host or blocked)[:80], redact(page)[:80])
    return HttpResponse(status=204)


@require_safe
@for_roles(Post.Role.ADMIN)
def system_status(request: HttpRequest) -> HttpResponse:
    """What /readyz warns of, in the same words, the last backup, and when each job last ran."""
    now, beats = timezone.now(), Heartbeat.objects.by_name()
    context = {
        "warnings": health.warnings(now=now),
        "jobs": upkeep.jobs(beats, now=now),
        "backup": nightly.last(beats, now=now),
        "seen_at": saying.exact(now, now=now),
    }
    return render(request, "system_status.html", context)
