"""The resident's pages: no account, a link or a typed code. Looking changes nothing; rating is a POST."""

from contextlib import suppress
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.throttle import client_address
from tickets import holding, permissions, receipts, resident, throttle, workflow
from tickets.album import receipt_album
from tickets.forms.asking import AnswerForm
from tickets.forms.public import (
    CODE_WRONG,
    TAIL_WRONG,
    CodeForm,
    RatingForm,
    ReadForm,
    TailForm,
    why_not_found,
)
from tickets.models import Photo

UNREAD = "先填手机号后四位，看清问的是什么再回答"
WAIT_SECONDS = "600"
NOT_FOUND, NOT_FILLED_IN = 404, 422
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}


def for_residents(view):
    """No sign-in, no trace: neither the address nor the page is to be found anywhere later."""

    @login_not_required
    @wraps(view)
    def public(request, **kwargs):
        response = view(request, now=timezone.now(), **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return public


def for_holders(view):
    """Only with a receipt in this browser, and for no other one; the half hour starts anew with each use."""

    @wraps(view)
    def held_by(request, *, now, **kwargs):
        held = holding.held(request, now=now)
        if held is None:
            return redirect("tickets:track_code")
        if request.method == "POST" and not held.is_meant_by(request):
            return render(
                request, "tickets/receipt_other.html", {"words": request.POST.get("words", "")}, status=409
            )
        return holding.renew(view(request, held=held, now=now, **kwargs), held)

    return held_by


@require_safe
@for_residents
def track(request, *, token, now):
    """The QR code: let the browser in, then lead it to an address that gives nothing away."""
    receipt = receipts.by_token(token, now=now)
    if receipt is None:
        return _lookup_failed(request, _code_form(error=CODE_WRONG), now=now)
    return holding.remember(redirect("tickets:receipt"), receipt, holding.LINK)


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def track_code(request, *, now):
    """The typed code; it never stands in an address."""
    if request.method != "POST":
        return _code_page(request, CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, form, status=422)
    if throttle.must_wait(client_address(request), now=now):
        return _wait(request)
    receipt = receipts.by_code(form.cleaned_data["code"], now=now)
    if receipt is None:
        form.add_error("code", why_not_found(form.cleaned_data["code"]))
        return _lookup_failed(request, form, now=now)
    return holding.remember(redirect("tickets:receipt"), receipt, holding.CODE)


@require_safe
@for_residents
@for_holders
def receipt(request, *, held, now):
    return _receipt_page(request, held, now=now)


@require_POST
@for_residents
@for_holders
def unlock(request, *, held, now):
    """The second step after a typed code: the last digits of the phone open the words too."""
    form = TailForm(request.POST)
    if not form.is_valid():
        return _receipt_page(request, held, now=now, tail=form, status=422)
    address = client_address(request)
    # Four digits are soon tried out: counted before they are read, so that parallel guesses gain nothing.
    counted = {"receipt": held.receipt, "now": now}
    if throttle.must_wait(address, **counted) or throttle.fail(address, **counted):
        return _wait(request)
    if not receipts.tail_fits(held.receipt, form.cleaned_data["tail"]):
        form.add_error("tail", TAIL_WRONG)
        return _receipt_page(request, held, now=now, tail=form, status=NOT_FOUND)
    throttle.forgive(address, **counted)
    return holding.remember(redirect("tickets:receipt"), held.receipt, holding.LINK)


@require_POST
@for_residents
@for_holders
def rate(request, *, held, now):
    """Rate this round, or change the rating; the same answer twice is the same answer."""
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _receipt_page(request, held, now=now, rating=form, status=422)
    sentence = permissions.why_not_rate_here(request.user, held.ticket)
    if sentence:
        form.add_error(None, sentence)
        return _receipt_page(request, held, now=now, rating=form, status=403)
    number = form.cleaned_data["round"] or held.ticket.round
    answers = form.answers
    if not held.shows_words:
        # Earlier words were not on this page, so an empty box does not mean that they should go.
        answers["words"] = answers["words"] or None
    try:
        workflow.rate(held.ticket, by=held.reporter, round=number, **answers, now=now)
    except workflow.Refused as refusal:
        _say(form, refusal)
        latest = holding.held(request, now=now) or held
        return _receipt_page(request, latest, now=now, rating=form, status=refusal.http_status)
    return redirect("tickets:receipt")


@require_POST
@for_residents
@for_holders
def acknowledge(request, *, held, now):
    """我知道了: the answer has been read. Only with its words on the page, and by nobody who handled the ticket."""
    form, sentence = ReadForm(request.POST), permissions.why_not_rate_here(request.user, held.ticket)
    if held.shows_words and not sentence and form.is_valid():
        with suppress(
            workflow.Refused
        ):  # ended meanwhile: the page says so, and nobody waits for it any more
            workflow.acknowledge(held.reporter, **form.cleaned_data, now=now)
    return redirect("tickets:receipt")


@require_POST
@for_residents
@for_holders
def answer(request, *, held, now):
    """Answer the question; without the second step it was not even read. By nobody who handled the ticket."""
    form = AnswerForm(request.POST)
    sentence = permissions.why_not_answer_here(request.user, held.ticket) if held.shows_words else UNREAD
    if sentence:
        form.full_clean()
        form.add_error(None, sentence)
        return _receipt_page(request, held, now=now, answer=form, status=403)
    if not form.is_valid():
        return _receipt_page(request, held, now=now, answer=form, status=422)
    try:
        workflow.resident_answered(held.ticket, by=held.reporter, **form.cleaned_data, now=now)
    except workflow.Refused as refusal:
        _say(form, refusal)
        latest = holding.held(request, now=now) or held
        return _receipt_page(request, latest, now=now, answer=form, status=refusal.http_status)
    return redirect("tickets:receipt")


@require_POST
@for_residents
def leave(request, *, now):
    """Forget the receipt on this browser: a shared phone, the tablet at the desk."""
    return holding.forget(redirect("tickets:track_code"))


def _say(form, refusal):
    """At its field, where a resident's form has that one."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _code_form(*, error):
    """The page of a wrong link is the page of a wrong code."""
    form = CodeForm({})
    form.full_clean()
    form.errors.clear()
    form.add_error("code", error)
    return form


def _lookup_failed(request, form, *, now):
    """Wrong, expired and revoked look alike; whoever has failed too often waits."""
    if throttle.fail(client_address(request), now=now):
        return _wait(request)
    return _code_page(request, form, status=NOT_FOUND)


def _code_page(request, form, *, status=200):
    page = {"form": form, "page_url": reverse("tickets:track_code")}
    return render(request, "tickets/track_code.html", page, status=status)


def _wait(request):
    page = {"page_url": reverse("tickets:track_code")}
    response = render(request, "tickets/track_wait.html", page, status=429)
    response.headers["Retry-After"] = WAIT_SECONDS
    return response


def _receipt_page(request, held, *, now, rating=None, tail=None, answer=None, status=200):
    sheet = resident.sheet(resident.load(held.reporter, words=held.shows_words, now=now))
    page = {
        "sheet": sheet,
        "held": held,
        "form": rating or tail or answer,
        "answer_form": answer or _answer_form(sheet, held),
        "rating_form": rating or _rating_form(sheet, held),
        "may_send": status == NOT_FILLED_IN,
        "tail_form": tail or TailForm(),
        "has_phone": receipts.has_tail(held.receipt),
        "album": _album(held),
        "station_phone": held.reporter.came_to.phone,
        "page_url": reverse("tickets:receipt"),
    }
    return render(request, "tickets/receipt.html", page, status=status)


def _album(held):
    """Photos only with the words: by the link, or the last digits of the phone."""
    shown = Photo.objects.visible_to_reporter(held.reporter, held.ticket)
    return receipt_album(shown) if held.shows_words else []


def _answer_form(sheet, held):
    if held.shows_words and sheet.is_asked:
        return AnswerForm(initial={"question": sheet.question_number})
    return None


def _rating_form(sheet, held):
    number = held.ticket.round
    if sheet.may_change:
        shown = ("solved", "satisfied", "words") if held.shows_words else ("solved", "satisfied")
        return RatingForm(initial={"round": number, **{name: getattr(sheet.rating, name) for name in shown}})
    return RatingForm(initial={"round": number}) if sheet.may_rate else None
