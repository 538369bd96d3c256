"""志愿服务队 of a community: all of them, one with its members and projects, a new one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Post
from stations.models import Area
from stations.refusals import Refused
from volunteers import permissions, teaming
from volunteers.forms.teams import MemberForm, ProjectForm, TeamForm
from volunteers.models import Team

readers = for_roles(*Post.STATION_ROLES, Post.Role.DISPATCHER, Post.Role.SECRETARY)
founders = for_roles(Post.Role.DISPATCHER)
FORMS = {
    "member": (MemberForm, teaming.add_member, "加进来了。"),
    "project": (ProjectForm, teaming.add_project, "项目记下了。"),
}


@require_safe
@readers
def teams(request):
    found = Team.objects.visible_to(request.user).active().for_list()
    page = {"teams": found, "may_found": request.user.has_role(Post.Role.DISPATCHER)}
    return render(request, "volunteers/teams.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def team(request, pk):
    """A POST is a button beside a member or a project, or one of the two forms, named by `what`."""
    found = _team(request, pk)
    if request.method != "POST":
        return _page(request, found)
    sentence = permissions.why_not_keep_team(request.user, found)
    if sentence and "remove" not in request.POST:  # everybody may leave
        raise PermissionDenied(sentence)
    now, what = timezone.now(), request.POST.get("what", "")
    make, verb, said = FORMS.get(what, (None, None, ""))
    form = make(request.POST) if make else None
    try:
        if form and form.is_valid():
            verb(found, **form.cleaned_data, by=request.user, now=now)
            return _done(request, found, said)
        if form is None:
            return _done(request, found, _pressed(request, found, now))
    except Refused as refusal:
        return _page(request, found, what, form, refusal)
    return _page(request, found, what, form)


@require_http_methods(["GET", "HEAD", "POST"])
@founders
def found(request):
    form = TeamForm(request.POST or None, areas=_areas(request))
    if form.is_valid():
        area = form.cleaned_data.pop("area")
        try:
            made = teaming.found(area, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, f"{made}建好了。下面加队员和项目。")
            return redirect("volunteers:team", made.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@founders
def edit(request, pk):
    team = _team(request, pk)
    if permissions.why_not_found_team(request.user, team.area):
        raise Http404
    form = TeamForm(request.POST or None, areas=_areas(request), team=team)
    if form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "area"}
        try:
            teaming.change(team, by=request.user, **facts)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return _done(request, team, "存好了。")
    return _form_page(request, form, team)


def _page(request, team, what="", form=None, refusal=None):
    forms = {"member": MemberForm(), "project": ProjectForm()}
    if form:
        forms[what] = form
    if form and refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    rows = teaming.rows(team, request.user)
    page = {
        "team": team,
        "rows": rows,
        "skills": teaming.skills(rows),
        "holders": list(Post.objects.in_unit(team.unit).for_list()) if team.unit else [],
        "forms": forms,
        "form": form,
        "refusal": "" if form else str(refusal or ""),
        "keeps": not permissions.why_not_keep_team(request.user, team),
        "may_edit": not permissions.why_not_found_team(request.user, team.area),
    }
    status = refusal.http_status if refusal else 422 if form else 200
    return render(request, "volunteers/team.html", page, status=status)


def _form_page(request, form, team):
    page = {"form": form, "team": team}
    return render(request, "volunteers/team_form.html", page, status=422 if form.is_bound else 200)


def _pressed(request, team, now):
    """Does what the button says; the sentence for it. A button nobody drew looks like a missing page."""
    name = next((name for name in teaming.BUTTONS if name in request.POST), None)
    if name is None:
        raise Http404
    verb, facts, said = teaming.BUTTONS[name]
    key = request.POST[name]
    verb(team, int(key) if key.isdecimal() and len(key) < 19 else 0, **facts, by=request.user, now=now)
    return said


def _done(request, team, sentence):
    messages.success(request, sentence)
    return redirect("volunteers:team", team.pk)


def _areas(request):
    own = [post.area_id for post in request.user.posts_as(Post.Role.DISPATCHER)]
    return Area.objects.with_above(own)


def _team(request, pk):
    """A team of another community looks like a missing one."""
    team = Team.objects.visible_to(request.user).active().for_list().with_key(pk)
    if team is None:
        raise Http404
    return team
