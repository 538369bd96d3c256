"""A lead's people: who serves here, one more, one less, a one-time password."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import people as verbs
from accounts.forms import EnrolForm, SearchForm
from accounts.models import Post
from accounts.permissions import openings, why_not_remove, why_not_reset_password

PER_PAGE = 50
LEADS_ONLY = "只有站长和单位负责人能管理人员。"


@require_http_methods(["GET", "HEAD", "POST"])
def people(request):
    """A search is a POST to the same address; its result is not paged but cut."""
    posts = Post.objects.within(_own(request)).for_list()
    search = SearchForm(request.POST or None)
    words = search.looked_for()
    present = posts.active().matching(words) if words else posts.active()
    page = {
        "search": search,
        "words": words,
        "page_obj": Paginator(present, PER_PAGE).get_page(1 if words else request.GET.get("page")),
        "past": posts.past().latest_first()[:PER_PAGE] if not words else [],
        "openings": _own(request),
    }
    return render(request, "accounts/people_list.html", page, status=422 if search.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request):
    form = EnrolForm(request.POST or None, openings=_own(request), initial=_again(request))
    if form.is_valid():
        try:
            enrolment = verbs.enrol(**form.cleaned_data, by=request.user)
        except verbs.Refused as refusal:
            form.add_error("phone", refusal.sentence)
        else:
            return _enrolled(request, enrolment, form.cleaned_data)
    return render(request, "accounts/people_enrol.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, post_id):
    post = _own_post(request, post_id)
    refusal = why_not_remove(request.user, post)
    if request.method != "POST":
        page = {"post": post, "refusal": refusal, "warnings": verbs.warnings_of(post, now=timezone.now())}
        return render(request, "accounts/people_remove.html", page)
    try:
        verbs.remove(post, by=request.user)
    except verbs.Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"{post.shown_name}不再是{post}。移出有误，可在下面“已结束”里再次登记。")
    return redirect("accounts:people")


@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request, post_id):
    post = _own_post(request, post_id)
    refusal = why_not_reset_password(request.user, post.user)
    if request.method == "POST" and not refusal:
        password = verbs.reset_password(post.user, by=request.user)
        page = {"name": post.shown_name, "phone": post.user.phone, "password": password}
        return render(request, "accounts/one_time.html", page)
    page = {"post": post, "refusal": refusal}
    return render(
        request, "accounts/people_password.html", page, status=403 if request.method == "POST" else 200
    )


def _enrolled(request, enrolment, typed):
    """Shows only what was typed: whose number it is already is not the lead's to learn."""
    if enrolment.one_time_password:
        page = {"name": typed["name"], "phone": typed["phone"], "password": enrolment.one_time_password}
        return render(request, "accounts/one_time.html", page)
    messages.success(
        request, f"已登记{typed['name']}为{typed['opening']}。这个手机号以前登记过，用原来的密码登录。"
    )
    return redirect("accounts:people")


def _own(request):
    found = openings(request.user)
    if not found:
        raise PermissionDenied(LEADS_ONLY)
    return found


def _own_post(request, post_id):
    """A post outside the scopes looks like a missing one."""
    post = Post.objects.within(_own(request)).for_list().with_key(post_id)
    if post is None:
        raise Http404
    return post


def _again(request):
    """?again=<post>: the form filled with somebody who served here before."""
    wanted = request.GET.get("again", "")
    posts = Post.objects.within(_own(request)).for_list()
    post = posts.with_key(int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else None
    if post is None or post.name_unknown:
        return {}
    return {"name": post.user.name, "phone": post.user.phone, "opening": f"{post.role}-{post.scope.pk}"}
