"""Volunteers' profiles: one's own; for a station's lead, who serves there, and each one's page.

A profile is changed part by part, each on a page of its own, so that nobody has to fill one long form.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Post
from accounts.permissions import openings
from stations.paging import page as page_of
from stations.refusals import Refused
from volunteers import particulars, permissions, portrait, roll
from volunteers.forms.people import FilterForm, SearchForm
from volunteers.forms.profile import (
    AbsenceForm,
    CapacityForm,
    ConsentForm,
    GuardianForm,
    LeadsCapacityForm,
    SkillCheckForm,
    SkillsForm,
    TimesForm,
)
from volunteers.models import Profile

NO_PROFILE = "您还没有志愿者档案，请站长在“志愿者”里登记一次。"
COMMON = {
    "consent": (ConsentForm, particulars.set_consents),
    "times": (TimesForm, particulars.set_times),
    "absence": (AbsenceForm, particulars.add_absence),
}
OWN = {
    **COMMON,
    "capacity": (CapacityForm, particulars.set_capacity),
    "skills": (SkillsForm, particulars.say_skills),
}
LEADS = {
    **COMMON,
    "capacity": (LeadsCapacityForm, particulars.set_capacity),
    "skill": (SkillCheckForm, particulars.check_skill),
    "guardian": (GuardianForm, particulars.set_guardian),
}
# What a button takes away, by the name under which it is sent.
TAKEN = {"withdraw": particulars.withdraw_absence, "drop": particulars.drop_skill}
lead_only = for_roles(Post.Role.STATION_LEAD)
servers = for_roles(*Post.STATION_ROLES)


@require_safe
@servers
def me(request):
    """我的档案: what stands there, in words."""
    profile, now = _own(request), timezone.now()
    page = {
        "profile": profile,
        "parts": portrait.parts(profile, portrait.OWN, now=now),
        "guardian": portrait.own_guardian(profile, now=now),
    }
    return render(request, "volunteers/me.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@servers
def my_part(request, part):
    return _change(request, _own(request), part, OWN, back=reverse("volunteers:me"))


@require_http_methods(["GET", "HEAD", "POST"])
@lead_only
def people(request):
    """A search is a POST to the same address; its result is not paged but cut."""
    stations = roll.stations_led(request.user)
    search, narrow = SearchForm(request.POST or None), FilterForm(request.GET, stations=stations)
    words, today = search.looked_for(), timezone.localdate()
    found = roll.found(stations, words=words, today=today, **({} if words else narrow.asked()))
    page = {
        "search": search,
        "words": words,
        "filter": narrow,
        "stations": stations,
        "page_obj": page_of(found, 1 if words else request.GET.get("page")),
        "left": roll.left(request.user) if narrow.wants_left and not words else None,
    }
    page["rows"] = [roll.row(profile, today) for profile in page["page_obj"]]
    return render(request, "volunteers/people.html", page, status=422 if search.errors else 200)


@require_safe
@lead_only
def person(request, pk):
    """One volunteer of the own station."""
    profile, now = _theirs(request, pk), timezone.now()
    posts = Post.objects.held_by(profile.user_id).within(openings(request.user))
    unread = permissions.why_not_edit_profile(request.user, profile)
    page = {
        "profile": profile,
        "unread": unread,
        "parts": [] if unread else portrait.parts(profile, _cards(request.user, profile), now=now),
        "posts": posts,
        "is_self": profile.user_id == request.user.pk,
    }
    return render(request, "volunteers/person.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@lead_only
def part(request, pk, part):
    profile, back = _theirs(request, pk), reverse("volunteers:person", args=[pk])
    sentence = permissions.why_not_open_part(request.user, profile, part)
    if sentence:
        raise PermissionDenied(sentence)
    return _change(request, profile, part, LEADS, back=back)


def _cards(user, profile):
    return portrait.GUESTS if permissions.why_not_keep_consents(user, profile) else portrait.LEADS


def _change(request, profile, key, parts, *, back):
    """The form for one part; saved, it leads back to the profile."""
    if key not in parts:
        raise Http404
    make, verb = parts[key]
    now = timezone.now()
    facts = {"by": request.user, "now": now}
    today, typed = timezone.localdate(now), request.POST if request.method == "POST" else None
    form = make(typed, profile=profile, today=today, **_chosen(request, make))  # nothing ticked is said too
    taken = next((name for name in TAKEN if name in request.POST), None)
    try:
        if taken:
            TAKEN[taken](profile, _key(request.POST[taken]), **facts)
            return _done(request, "去掉了。", back)
        if form.is_valid():
            verb(profile, **form.told, **facts)
            return _done(request, roll.saved(profile, key, form.cleaned_data, now), back)
    except Refused as refusal:
        form = form if not taken else make(profile=profile, today=today)
        return _form_page(request, profile, key, form, back, refusal)
    return _form_page(request, profile, key, form, back)


def _form_page(request, profile, key, form, back, refusal=None):
    if refusal and form.is_bound:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    page = {
        "profile": profile,
        "key": key,
        "form": form,
        "back": back,
        "refusal": "" if form.is_bound else str(refusal or ""),
        "title": portrait.TITLES[key],
        "is_own": profile.user_id == request.user.pk,
        "held": portrait.held(profile, key, timezone.localdate()),
    }
    status = refusal.http_status if refusal else 422 if form.is_bound else 200
    return render(request, "volunteers/part.html", page, status=status)


def _done(request, sentence, back):
    messages.success(request, sentence)
    return redirect(back)


def _chosen(request, make):
    """?skill=7: the skill that a link on the page was about."""
    return {"skill": _key(request.GET.get("skill", ""))} if make is SkillCheckForm else {}


def _key(text) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _own(request):
    profile = Profile.objects.with_all().of(request.user)
    if profile is None:
        raise PermissionDenied(NO_PROFILE)
    return profile


def _theirs(request, pk):
    """Somebody who serves elsewhere looks like nobody."""
    stations = roll.stations_led(request.user)
    profile = Profile.objects.for_leads_of(stations).with_key(pk)
    if profile is None:
        raise Http404
    return profile
