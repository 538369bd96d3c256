"""The group robot of a unit: for its lead and for the community's dispatcher."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices import permissions, robots
from notices.forms import RobotForm
from notices.models import Delivery, Robot

NOT_YOURS = "群机器人由单位负责人和派单员设置。"


@require_safe
def robot_list(request):
    units = _units(request)
    found = Robot.objects.of_units(units)
    rows = [(unit, found.get(pk)) for pk, unit in units.items()]
    return render(request, "notices/robot_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def robot(request, unit_id):
    unit = _unit(request, unit_id)
    form = RobotForm(request.POST if request.method == "POST" else None, robot=robots.of(unit))
    if not form.is_valid():
        return _page(request, unit, form, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    changed = robots.save(
        unit, address=data["address"], is_on=data["is_on"], quiet=form.quiet, by=request.user
    )
    said = f"保存好了：{'；'.join(changed)}" if changed else "没有变化"
    messages.success(request, said)
    return redirect("notices:robot", unit.pk)


@require_POST
def try_out(request, unit_id):
    unit = _unit(request, unit_id)
    if robots.of(unit) is None:
        messages.error(request, "先填机器人地址，再试发。")
    elif robots.try_out(unit, by=request.user):
        messages.success(request, "试发的消息马上发出，过几秒刷新本页看结果。")
    else:
        messages.success(request, "这一分钟里已经试发过了，过几秒刷新本页看结果。")
    return redirect("notices:robot", unit.pk)


@require_POST
def remove(request, unit_id):
    unit = _unit(request, unit_id)
    removed = robots.remove(unit, by=request.user)
    messages.success(request, "群机器人取消了，群里不会再收到通知。" if removed else "没有设置群机器人。")
    return redirect("notices:robots")


def _units(request):
    if not permissions.sets_robots(request.user):
        raise PermissionDenied(NOT_YOURS)
    return permissions.units_with_robots_of(request.user)


def _unit(request, unit_id):
    """Somebody else's unit reads like a missing one."""
    unit = _units(request).get(unit_id)
    if unit is None:
        raise Http404
    return unit


def _page(request, unit, form, *, status):
    context = {
        "unit": unit,
        "form": form,
        "robot": form.robot,
        "tail": robots.tail_of(form.robot.address) if form.robot else "",
        "trial": Delivery.objects.trials(unit).first(),
    }
    return render(request, "notices/robot.html", context, status=status)
