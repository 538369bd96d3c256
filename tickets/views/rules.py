"""The rules of a community: read by dispatcher and secretary, changed by the dispatcher."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Post
from tickets import rulebook
from tickets.forms.rules import RuleForm
from tickets.models import Category, Rule
from tickets.workflow import Conflict


@require_safe
@for_roles(Post.Role.DISPATCHER, Post.Role.SECRETARY)
def rules(request):
    areas = rulebook.areas_of(request.user)
    area = _chosen(areas, request.GET.get("area"))
    context = {
        "areas": areas,
        "area": area,
        "may_change": area is not None and area.pk in rulebook.areas_edited_by(request.user),
        "rows": rulebook.rows(area) if area else [],
        "history": rulebook.history(area, now=timezone.now()) if area else [],
    }
    return render(request, "tickets/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Post.Role.DISPATCHER)
def rule(request, area_id, category_id):
    """A community that is not the dispatcher's reads like a missing one."""
    area = rulebook.areas_edited_by(request.user).get(area_id)
    if area is None:
        raise Http404
    category = get_object_or_404(Category.objects.active(), pk=category_id)
    form = RuleForm(
        request.POST if request.method == "POST" else None, rule=Rule.objects.shown(area, category)
    )
    if request.method != "POST":
        return _page(request, area, category, form)
    if not form.is_valid():
        return _page(request, area, category, form, status=422)
    return _change(request, area, category, form)


def _change(request, area, category, form):
    seen = form.cleaned_data["seen"]
    try:
        changed = rulebook.change(area, category, by=request.user, seen=seen, **form.changes)
    except Conflict as refusal:
        now_there = RuleForm(rule=Rule.objects.shown(area, category))
        return _page(request, area, category, now_there, refusal=str(refusal), status=refusal.http_status)
    said = "；".join(changed)
    messages.success(request, f"{category}的规则已改：{said}" if changed else f"{category}的规则没有变化")
    return redirect(f"{reverse('tickets:rules')}?area={area.pk}")


def _page(request, area, category, form, *, refusal="", status=200):
    context = {"area": area, "category": category, "form": form, "refusal": refusal}
    return render(request, "tickets/rule.html", context, status=status)


def _chosen(areas, asked):
    """The community asked for, if the reader has it; else the first."""
    return next((area for area in areas if str(area.pk) == asked), areas[0] if areas else None)
