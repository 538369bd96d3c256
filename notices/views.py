"""One's own notices: what is new, on to what it is about."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from notices.models import Notice

PER_PAGE = 20


@require_safe
def notice_list(request):
    notices = Notice.objects.visible_to(request.user)
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/notice_list.html", {"page_obj": page})


@require_POST
def open_notice(request, notice_id):
    """Reading is a change, so it is a POST; the way on stays on this host."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=notice_id)
    notice.mark_read()
    stays = url_has_allowed_host_and_scheme(notice.url, {request.get_host()}, request.is_secure())
    return redirect(notice.url if stays else "notices:list")


@require_POST
def read_all(request):
    count = Notice.objects.visible_to(request.user).mark_read()
    messages.success(request, f"{count} 条通知已标为已读。" if count else "没有未读的通知。")
    return redirect("notices:list")
