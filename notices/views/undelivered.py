"""Dead letters: what could not be delivered, to whom and why; sent again, or left."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from notices import dead_letters, permissions
from notices.models import Delivery

PER_PAGE = 20
NOT_YOURS = "发不出的通知由派单员、书记和系统管理员处理。"
TOO_LATE = "这一条刚刚有人处理过了。"


@require_safe
def undelivered(request):
    mine = _visible(request)
    context = {
        "page_obj": Paginator(mine.dead().with_receivers(), PER_PAGE).get_page(request.GET.get("page")),
        "retried": mine.being_retried(),
        "reads": permissions.reads_dead_letters(request.user),
    }
    return render(request, "notices/undelivered.html", context)


@require_POST
def send_again(request, delivery_id):
    done = dead_letters.send_again(_one(request, delivery_id), by=request.user)
    messages.success(request, "马上再发，发不出去会再列在这里。" if done else TOO_LATE)
    return redirect("notices:dead_letters")


@require_POST
def give_up(request, delivery_id):
    done = dead_letters.give_up(_one(request, delivery_id), by=request.user)
    messages.success(request, "这一条不再发了；收件人在站内仍然看得到。" if done else TOO_LATE)
    return redirect("notices:dead_letters")


def _visible(request):
    if not permissions.decides_about_dead_letters(request.user):
        raise PermissionDenied(NOT_YOURS)
    return Delivery.objects.visible_to(request.user)


def _one(request, delivery_id):
    """Somebody else's reads like a missing one; of one that is not dead any more the verb says so."""
    return get_object_or_404(_visible(request).with_receivers(), pk=delivery_id)
