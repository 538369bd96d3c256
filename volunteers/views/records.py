"""服务记录: one's own hours, one record with what was corrected, what volunteers ask, and the lists of leads."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.guards import for_roles
from accounts.models import Post
from stations import paging
from stations.models import Area, Station
from stations.refusals import Refused
from stations.sheets import SPREADSHEET
from volunteers import hours, records
from volunteers.forms.records import AnswerForm, AskForm, CorrectForm, HoursFilter
from volunteers.models import Assignment, CorrectionRequest, Member, Profile, ServiceRecord, Team
from volunteers.permissions import HOURS_READERS

Role = Post.Role
NOT_LEADING = "这一页给站长和队长用。"
NO_PROFILE = "这一页给志愿者用。"


@require_safe
def mine(request):
    """The own hours, newest first, and how much they come to."""
    profile = _profile(request.user)
    own = ServiceRecord.objects.of(profile)
    page = paging.page(own.reckoned().with_all(), request.GET.get("page"))
    year = timezone.localdate().year
    this_year = own.in_year(year).total()
    context = {
        "page_obj": page,
        "rows": [_shown(record) for record in page],
        "total": records.summed(own.total()),
        "this_year": records.summed(this_year),
        "asked": CorrectionRequest.objects.open().of(profile),
        "serves": request.user.has_role(*Post.STATION_ROLES),
    }
    return render(request, "volunteers/records_mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request, pk):
    """One record with all that holds of it; its owner asks for a correction, who answers for it corrects."""
    found, is_own, answers = _record(request.user, pk)
    if request.method != "POST":
        return _one(request, found, is_own, answers)
    if "words" in request.POST and is_own:
        return _try(request, AskForm, found, records.ask, is_own, answers, "已经请站长看了，答复在通知里。")
    if answers:
        return _try(request, CorrectForm, found, records.correct, is_own, answers, "已更正，也通知了本人。")
    raise PermissionDenied(NOT_LEADING)


@require_safe
def requests(request):
    """What volunteers want corrected, for those who answer for it; and what is still to be written."""
    _check_leading(request.user)
    stations = [post.station_id for post in request.user.posts_as(Role.STATION_LEAD)]
    found = CorrectionRequest.objects.open().answered_for_by(request.user).with_record().order_by("pk")
    unsure = Assignment.objects.at_stations(stations).unconfirmed().with_shift()
    now = timezone.now()
    late = [seat for seat in unsure if records.due_at(seat) < now]
    return render(request, "volunteers/corrections.html", {"requests": found, "late": late})


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, pk):
    """The lead's answer to what a volunteer asked, with other minutes or without."""
    _check_leading(request.user)
    everything = CorrectionRequest.objects.answered_for_by(request.user).with_record()
    found = get_object_or_404(everything, pk=pk)
    form = AnswerForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = _answered(form, found, request.user)
        if not status:
            messages.success(request, "已答复，也通知了本人。")
            return redirect("volunteers:corrections")
    page = {"form": form, "asked": found, "row": _shown(_reckoned(found.record))}
    return render(request, "volunteers/correction.html", page, status=status)


@require_safe
@for_roles(*HOURS_READERS)
def service_hours(request):
    """A month's records of one's stations or area: filtered, summed up, and to take along."""
    visible = ServiceRecord.objects.visible_to(request.user)
    form = _filter(request, visible)
    found = form.narrow(visible)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, form, found)
    page = paging.page(found.reckoned().with_all(), request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": [_shown(record) for record in page],
        "people": hours.per_volunteer(found),
        "teams": hours.per_team(found),
        "months": hours.per_month(form.of_year(visible)),
        "total": records.summed(found.total()),
        "month": form.first,
        "asked": _without_page(request.GET),
    }
    return render(request, "volunteers/hours.html", context)


def _record(user, pk):
    """(the record, whether it is one's own, whether one answers for it); a foreign one looks like a missing one."""
    found = ServiceRecord.objects.reckoned().with_all().at(pk)
    is_own = found is not None and found.profile.user_id == user.pk
    answers = found is not None and ServiceRecord.objects.answered_for_by(user).at(pk) is not None
    if not (is_own or answers or ServiceRecord.objects.visible_to(user).at(pk)):
        raise Http404
    return found, is_own, answers


def _one(request, found, is_own, answers, *, form=None, status=200):
    asking = form if isinstance(form, AskForm) else AskForm()
    correcting = form if isinstance(form, CorrectForm) else CorrectForm(initial={"minutes": found.counts})
    page = {
        "back": _back(request.user, is_own),
        "row": _shown(found),
        "record": found,
        "corrections": found.corrections.select_related("by"),
        "requests": found.requests.select_related("answered_by").order_by("pk"),
        "ask_form": asking if is_own and not found.requests.open().exists() else None,
        "correct_form": correcting if answers else None,
        "form": form,
    }
    return render(request, "volunteers/record.html", page, status=status)


def _back(user, is_own):
    """(route, words): to the list in which the reader finds the record."""
    if is_own:
        return "volunteers:my_records", "我的服务记录"
    if user.has_role(*HOURS_READERS):
        return "volunteers:hours", "服务时间"
    return "volunteers:corrections", "申请更正"


def _try(request, form_class, found, verb, is_own, answers, said):
    form = form_class(request.POST)
    if not form.is_valid():
        return _one(request, found, is_own, answers, form=form, status=422)
    try:
        verb(found, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.refuse(refusal)
        return _one(request, found, is_own, answers, form=form, status=refusal.http_status)
    messages.success(request, said)
    return redirect("volunteers:record", found.pk)


def _answered(form, found, user):
    """The status of the page that says what is wrong; 0 when it is answered."""
    if not form.is_valid():
        return 422
    try:
        records.answer(found, by=user, **form.cleaned_data)
    except Refused as refusal:
        form.refuse(refusal)
        return refusal.http_status
    return 0


def _shown(record):
    """(record, the minutes that hold in words, the first ones where they are others)."""
    first = records.said(record.minutes) if record.counts != record.minutes else ""
    return record, records.said(record.counts), first


def _reckoned(record):
    return ServiceRecord.objects.reckoned().with_all().at(record.pk)


def _profile(user):
    profile = Profile.objects.of(user)
    if profile is None:
        raise PermissionDenied(NO_PROFILE)
    return profile


def _check_leading(user):
    if not user.has_role(Role.STATION_LEAD) and not Member.objects.leading().of_user(user).exists():
        raise PermissionDenied(NOT_LEADING)


def _filter(request, visible):
    """Only what one sees can be chosen."""
    nodes = [post.area_id for post in request.user.posts_as(Role.SECRETARY)]
    areas = Area.objects.below(nodes)
    own = [post.station_id for post in request.user.posts_as(Role.STATION_LEAD)]
    asked = request.GET.copy()
    asked.setdefault("month", f"{timezone.localdate():%Y-%m}")
    return HoursFilter(
        asked,
        stations=Station.objects.at_or_in(own, areas),
        teams=Team.objects.with_records(visible),
        volunteers=Profile.objects.with_records(visible).with_user(),
        today=timezone.localdate(),
    )


def _workbook(request, form, found):
    """What was taken along is written down: which month, how many records."""
    post = next(iter(request.user.posts_as(*HOURS_READERS)))
    detail = f"志愿服务记录{form.first:%Y年%m月}，{found.count()}条"
    audit.record(audit.Action.EXPORTED, actor=request.user, post=post, detail=detail)
    disposition = content_disposition_header(True, hours.filename(form.first))
    return HttpResponse(
        hours.workbook(found), content_type=SPREADSHEET, headers={"Content-Disposition": disposition}
    )


def _without_page(parameters):
    kept = parameters.copy()
    kept.pop("page", None)
    kept["format"] = "xlsx"
    return kept.urlencode()
