"""One's own notices: what is new, on to what it is about, and what of it one wants outside."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices import permissions, preferences
from notices.channels import mail
from notices.forms import PreferenceForm
from notices.models import Delivery, Notice
from notices.wording import CONFIRM_DAYS

PER_PAGE = 20
NO_LONGER = "邮箱刚刚又改过，请用最新一封确认信。"
ASKED = "确认信马上发出，请到邮箱里打开信中的网址。"


@require_safe
def notice_list(request):
    notices = _own(request.user)
    context = {
        "reads_notices": permissions.reads_notices(request.user),
        "page_obj": Paginator(notices, PER_PAGE).get_page(request.GET.get("page")),
        "undelivered": _undelivered(request.user),
    }
    return render(request, "notices/notice_list.html", context)


@require_POST
def open_notice(request, notice_id):
    """Reading is a change, so it is a POST; the way on stays on this host, or on the list when asked to."""
    notice = get_object_or_404(_own(request.user), pk=notice_id)
    notice.mark_read()
    if request.POST.get("stay"):
        return redirect("notices:list")
    stays = url_has_allowed_host_and_scheme(notice.url, {request.get_host()}, request.is_secure())
    return redirect(notice.url if stays else "notices:list")


@require_POST
def read_all(request):
    count = _own(request.user).mark_read()
    messages.success(request, f"{count} 条通知已标为已读。" if count else "没有未读的通知。")
    return redirect("notices:list")


@require_http_methods(["GET", "HEAD", "POST"])
def preference_page(request):
    """Without a mail server there is nothing to choose, and the page says so."""
    preference = preferences.of(request.user)
    if not mail.is_set_up():
        return _preferences(request, preference, status=409 if request.method == "POST" else 200)
    form = PreferenceForm(request.POST if request.method == "POST" else None, preference=preference)
    if not form.is_valid():
        return _preferences(request, preference, form, status=422 if form.is_bound else 200)
    try:
        is_asked = preferences.save(request.user, quiet=form.quiet, **_chosen(form))
    except preferences.Refused as refusal:
        form.add_error("address", str(refusal))
        return _preferences(request, preference, form, status=409)
    messages.success(request, ASKED if is_asked else "通知设置保存好了。")
    return redirect("notices:preferences")


@require_POST
def ask_again(request):
    try:
        is_asked = preferences.ask_again(request.user) if mail.is_set_up() else False
    except preferences.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, ASKED if is_asked else "没有要确认的邮箱。")
    return redirect("notices:preferences")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, token):
    """Opening a link changes nothing: whoever looks a letter through for viruses opens it too."""
    preference = preferences.of(request.user)
    if not preferences.is_right(preference, token, now=timezone.now()):
        return render(request, "notices/confirm.html", {"preference": None}, status=404)
    if request.method != "POST" and preference.wanted:
        return render(request, "notices/confirm.html", {"preference": preference})
    is_pressed = request.method == "POST"
    address = preferences.confirm(request.user, token) if is_pressed else preference.address
    messages.success(request, _confirmed(address, preference.is_on) if address else NO_LONGER)
    return redirect("notices:preferences")


def _own(user):
    return Notice.objects.visible_to(user) if permissions.reads_notices(user) else Notice.objects.none()


def _confirmed(address, is_on):
    then = "通知以后也发到这里。" if is_on else "要收邮件，请勾上“发邮件通知我”，再保存。"
    return f"{address} 确认好了，{then}"


def _undelivered(user):
    """How many letters wait for this person's decision; not asked for those who decide about none."""
    if not permissions.decides_about_dead_letters(user):
        return 0
    return Delivery.objects.dead().visible_to(user).count()


def _chosen(form):
    return {name: form.cleaned_data[name] for name in ("address", "is_on", "kinds")}


def _preferences(request, preference, form=None, *, status=200):
    last = Delivery.objects.last_letter(request.user) if form else None
    context = {
        "preference": preference,
        "form": form,
        "last": last,
        "letter_lost": last is not None and last.is_lost_confirmation,
        "confirm_days": CONFIRM_DAYS,
    }
    return render(request, "notices/preferences.html", context, status=status)
