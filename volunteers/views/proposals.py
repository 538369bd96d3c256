"""自动排班, for the lead: a draft to look at, the questions sent, what each answered, and all taken back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stations.refusals import Refused
from volunteers import proposing
from volunteers.forms.proposing import PeriodForm
from volunteers.models import Proposal
from volunteers.proposing import reasons, showing, unstaffed
from volunteers.views.leading import leads_only, station_led

EARLIER = 10  # proposals listed


@require_http_methods(["GET", "HEAD", "POST"])
@leads_only
def propose(request, code):
    """Choose a period, look at the draft, send it: what is sent is what was looked at, or it is shown anew."""
    station, now = station_led(request.user, code), timezone.now()
    sent = request.POST if request.method == "POST" else request.GET
    form = PeriodForm(
        sent if "span" in sent or request.method == "POST" else None, today=timezone.localdate(now)
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            made = proposing.send(station, form.period, seen=seen, by=request.user, now=now)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, f"发出了{made.figures['asked']}个邀请，等大家回话。")
            return redirect("volunteers:proposal", made.pk)
    return _chosen(request, station, form, refusal, now)


@require_safe
@leads_only
def proposal(request, pk):
    """What each answered; somebody else is asked by itself where one can not come."""
    made, now = _led(request.user, pk), timezone.now()
    page = {"proposal": made, "days": showing.of_proposal(made, now=now), "answers": showing.answers(made)}
    return render(request, "volunteers/proposal.html", page)


@require_POST
@leads_only
def take_back(request, pk):
    made = _led(request.user, pk)
    count = proposing.take_back(made, by=request.user, now=timezone.now())
    said = f"收回了{count}个邀请，已经告诉他们不用回复了。" if count else "没有还没回话的邀请，什么也没有变。"
    messages.success(request, said)
    return redirect("volunteers:proposal", pk)


def _led(user, pk):
    found = Proposal.objects.led_by(user).with_maker().numbered(pk)
    if found is None:
        raise Http404
    return found


def _chosen(request, station, form, refusal, now):
    page = {"station": station, "form": form, "refusal": refusal}
    page["earlier"] = Proposal.objects.at_station(station).with_maker().with_answers()[:EARLIER]
    if form.is_bound and form.is_valid():
        page |= _looked_at(proposing.draft(station, form.period, now=now), now)
    wrong = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "volunteers/propose.html", page, status=refusal.http_status if refusal else wrong)


def _looked_at(draft, now):
    days = showing.of_draft(draft, now=now)
    return {
        "draft": draft,
        "days": days,
        "holes": unstaffed.holes(draft.station, draft.period, now=now),
        "left": [row for day in days for row in day.rows if not row.name],
        "loads": reasons.loads(draft),
        "people": len({given.person for given in draft.result.given}),
        "silent": showing.without_times(draft.facts.profiles.values()),
    }
