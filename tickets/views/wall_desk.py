"""Behind the wall: dispatchers write, another one or the secretary approves, either takes down at once; the 回音簿."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Post
from stations import saying
from stations.paging import page as page_of
from tickets import station_life
from tickets.forms.wall import PutBackForm, TextForm, VerdictForm, WithdrawForm
from tickets.models import Ticket, WallEntry
from tickets.views.counts import month_of, month_turns
from tickets.wall import book as books
from tickets.wall import editing, showing
from tickets.wall.coarsening import coarse
from tickets.workflow import Refused

PER_PAGE = 20
WORTH_TELLING = timedelta(days=90)
State = WallEntry.State
WAITING, WRITABLE, BACK, UP, DOWN = "waiting", "writable", "back", "wall", "down"
PARTS = {
    WAITING: ("待审", (State.PROPOSED,)),
    WRITABLE: ("可以写的", ()),
    BACK: ("草稿和退回", (State.DRAFT, State.REFUSED)),
    UP: ("在墙上", (State.PUBLISHED,)),
    DOWN: ("已撤下", (State.WITHDRAWN,)),
}
OF_WRITERS = (WRITABLE, BACK)
editors = for_roles(*editing.EDITORS)


@require_safe
@editors
def desk(request):
    """One part at a time: what waits for approval, what can be written, drafts, what is on the wall, what was."""
    now, areas = timezone.now(), editing.areas_of(request.user)
    entries = WallEntry.objects.in_communities(areas)
    counts = entries.count_by_state()
    parts = [key for key in PARTS if key not in OF_WRITERS or request.user.has_role(Post.Role.DISPATCHER)]
    part = request.GET.get("show")
    part = part if part in parts else _first(parts, counts)
    found = page_of(_rows(request.user, entries, part, now), request.GET.get("page"), per_page=PER_PAGE)
    context = {
        "areas": areas,
        "parts": [_tab(key, part, counts) for key in parts],
        "part": part,
        "page_obj": found,
        "rows": [_row(row, part, now, request.user) for row in found],
        "taken_down": _taken_down(request, now),
        "stations": [
            s for s in station_life.counted_stations(request.user) if s.area_id in {a.pk for a in areas}
        ],
    }
    return render(request, "wall/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Post.Role.DISPATCHER)
def write(request, number):
    ticket, entry = _own(request.user, number)
    form = TextForm(request.POST) if request.method == "POST" else TextForm(initial=_begun(entry))
    if request.method != "POST" or not form.is_valid():
        return _writing(request, ticket, entry, form)
    propose = request.POST.get("do") == "propose"
    if propose and not form.is_fit_for(ticket):
        return _writing(request, ticket, entry, form)
    try:
        editing.save(ticket, by=request.user, propose=propose, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _writing(request, ticket, _entry(ticket), form, status=refusal.http_status)
    messages.success(request, "送审了，要由另一个人看过才上墙" if propose else "草稿存好了")
    return redirect(_desk_at(WAITING if propose else BACK))


@require_http_methods(["GET", "HEAD", "POST"])
@editors
def judge(request, number):
    """What it will look like, who wrote it, and the two answers."""
    entry = _judged_entry(request.user, number)
    form = (
        VerdictForm(request.POST)
        if request.method == "POST"
        else VerdictForm(initial={"seen": entry.version})
    )
    if request.method != "POST" or not form.is_valid():
        return _judging(request, entry, form)
    seen, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
    try:
        if form.is_refusal:
            editing.refuse(entry, by=request.user, seen=seen, reason=reason)
        else:
            editing.approve(entry, by=request.user, seen=seen)
    except Refused as refusal:
        form.add_error(getattr(refusal, "field", None), str(refusal))
        return _judging(request, _judged_entry(request.user, number), form, status=refusal.http_status)
    messages.success(request, "退回了，写的人会收到通知" if form.is_refusal else "上墙了，随时可以撤下")
    return redirect(_desk_at(WAITING))


@require_POST
@editors
def withdraw(request, number):
    entry = _judged_entry(request.user, number)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _judging(
            request, entry, VerdictForm(initial={"seen": entry.version}), withdraw=form, status=422
        )
    try:
        editing.withdraw(entry, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        verdict = VerdictForm(initial={"seen": entry.version})
        form.add_error(None, str(refusal))
        return _judging(request, entry, verdict, withdraw=form, status=refusal.http_status)
    return redirect(f"{_desk_at(UP)}&down={number}")


@require_POST
@editors
def put_back(request, number):
    """重新上墙: a taking down is undone as it was done, with one press."""
    entry = _judged_entry(request.user, number)
    form = PutBackForm(request.POST)
    if not form.is_valid():
        return _judging(request, entry, VerdictForm(initial={"seen": entry.version}), undo=form, status=422)
    try:
        editing.put_back(entry, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        verdict = VerdictForm(initial={"seen": entry.version})
        form.add_error(None, str(refusal))
        now_there = _judged_entry(request.user, number)
        return _judging(request, now_there, verdict, undo=form, status=refusal.http_status)
    messages.success(request, f"“{entry.title}”重新上墙了")
    return redirect(_desk_at(UP))


@require_safe
@for_roles(*station_life.COUNTERS)
def book(request, code):
    """回音簿: a station's month, to be printed; another's station reads like a missing one."""
    now, month = timezone.now(), month_of(request)
    own = station_life.counted_stations(request.user)
    station = next((station for station in own if station.code == code), None)
    if station is None:
        raise Http404
    made = books.of_station(station, month, now=now)
    context = {"station": station, "book": made, **_turns(made.pages, timezone.localdate(now))}
    return render(request, "wall/book.html", context)


def _turns(pages, today):
    """The months before and after those that stand on one page."""
    turns = month_turns(pages.first, today)
    return {**turns, "after": month_turns(pages.last.replace(day=1), today)["after"], "label": pages.name}


def _first(parts, counts):
    """What waits comes first; else what can be written, or what is there."""
    if counts.get(State.PROPOSED):
        return WAITING
    return WRITABLE if WRITABLE in parts else UP


def _tab(key, part, counts):
    label, states = PARTS[key]
    return {
        "key": key,
        "label": label,
        "current": key == part,
        "count": sum(counts.get(s, 0) for s in states),
    }


def _rows(user, entries, part, now):
    if part == WRITABLE:
        areas = [post.area_id for post in user.posts_as(Post.Role.DISPATCHER)]
        return Ticket.objects.worth_telling(areas, since=now - WORTH_TELLING)
    found = entries.in_state(*PARTS[part][1]).for_desk()
    return found.longest_waiting_first() if part == WAITING else found.latest_first()


def _taken_down(request, now):
    """What was taken down a moment ago, with the way back; None when it is up again, or not this reader's."""
    number = request.GET.get("down")
    entry = _entries_for(request.user, number).in_state(State.WITHDRAWN).first() if number else None
    return _row(entry, DOWN, now, request.user) if entry else None


def _row(row, part, now, user):
    """A ticket to write about, or an entry with its card."""
    if part == WRITABLE:
        return {"ticket": row, "closed": saying.moment(row.closed_at, now=now)}
    card = showing.card(row, today=timezone.localdate(now))
    shown = {"entry": row, "ticket": row.ticket, "card": card, "at": saying.moment(row.changed_at, now=now)}
    return {**shown, "why_not": editing.why_not_put_back(user, row) if row.state == State.WITHDRAWN else ""}


def _own(user, number):
    """A ticket of the dispatcher's community, else 404, and what has been written about it."""
    areas = [post.area_id for post in user.posts_as(Post.Role.DISPATCHER)]
    own = Ticket.objects.visible_to(user).in_communities(areas).with_people().with_logger()
    ticket = get_object_or_404(own, number=number)
    return ticket, _entry(ticket)


def _entry(ticket):
    return WallEntry.objects.of_tickets([ticket]).for_desk().first()


def _judged_entry(user, number):
    return get_object_or_404(_entries_for(user, number))


def _entries_for(user, number):
    tickets = Ticket.objects.visible_to(user).in_communities(editing.areas_of(user)).numbered([number])
    return WallEntry.objects.of_tickets(tickets).for_desk()


def _begun(entry):
    return {"title": entry.title, "words": entry.words, "seen": entry.version} if entry else {"seen": 0}


def _writing(request, ticket, entry, form, *, status=None):
    sentence = editing.why_not_write(request.user, ticket)
    context = {
        "ticket": ticket,
        "entry": entry,
        "form": form,
        "sentence": sentence,
        "is_up": entry is not None and entry.is_shown,
        "replies": ticket.replies.order_by("-pk"),
        "received": saying.exact(ticket.received_at, now=timezone.now()),
    }
    return render(request, "wall/write.html", context, status=status or (422 if form.is_bound else 200))


def _judging(request, entry, form, *, withdraw=None, undo=None, status=None):
    now = timezone.now()
    said = coarse(entry.ticket) if entry.state != State.PUBLISHED else None
    for name, value in (said.columns if said else {}).items():
        setattr(entry, name, value)
    heading, standing = _standing(entry, now)
    is_down = entry.state == State.WITHDRAWN
    context = {
        "entry": entry,
        "card": showing.card(entry, today=timezone.localdate(now)),
        "heading": heading,
        "standing": standing,
        "form": form,
        "withdraw_form": withdraw or WithdrawForm(),
        "undo_form": undo,
        "may_judge": entry.state == State.PROPOSED and not editing.why_not_judge(request.user, entry),
        "is_down": is_down,
        "sentence": _why_not(request.user, entry),
        "faults": editing.faults(entry.ticket, entry.title, entry.words),
        "is_up": entry.state == State.PUBLISHED,
        "too_few": "" if said or entry.state == State.PUBLISHED else editing.TOO_FEW,
        "written": saying.moment(entry.written_at, now=now),
    }
    return render(request, "wall/judge.html", context, status=status or (422 if form.is_bound else 200))


def _why_not(user, entry):
    """Why this reader neither approves nor puts back; empty where that is not the question."""
    if entry.state == State.WITHDRAWN:
        return editing.why_not_put_back(user, entry)
    return editing.why_not_judge(user, entry) if entry.state == State.PROPOSED else ""


def _standing(entry, now):
    """(heading, sentence): whether it is on the wall, since when, by whom."""
    changed = saying.exact(entry.changed_at, now=now)
    if entry.state == State.PUBLISHED and not entry.is_shown:
        return "墙上已不显示", "工单又重办了，从那时起墙上不显示这一段"
    sentences = {
        State.DRAFT: "还是草稿，墙上没有。送审、同意以后是这个样子",
        State.PROPOSED: "还没上墙。同意以后是这个样子",
        State.REFUSED: f"{changed}由{entry.judged_by}退回，墙上没有。照这一稿，上墙是这个样子",
        State.PUBLISHED: f"{changed}起在墙上，就是这个样子",
        State.WITHDRAWN: f"{changed}由{entry.withdrawn_by}撤下，从那时起墙上没有这一段。重新上墙是这个样子",
    }
    return entry.get_state_display(), sentences[State(entry.state)]


def _desk_at(part):
    return f"{reverse('tickets:wall_desk')}?show={part}"
