"""Photos: taken with a form, shown to whoever may see the ticket now, added later, removed."""

import logging

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from stations import saying
from tickets import permissions, photo_files, photos, workflow
from tickets.forms.photos import AddPhotosForm, RemovePhotoForm
from tickets.models import Photo, Ticket
from tickets.views.public import for_holders, for_residents

logger = logging.getLogger(__name__)

NOT_ADDED_AGAIN = "照片没有加上：{why}"
REMOVED_BEFORE = "这张照片已由{who}在{moment} 拿掉，原因写在办理经过里"
AGAIN = "其他内容都已保存；这张照片可以到工单页点“加照片”再传。"
# Opened by itself a photo may do nothing at all, whatever a browser takes it for.
# No default-src: browsers lay a lone picture out with a style of their own.
ALONE = "sandbox; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {"Content-Security-Policy": ALONE, "X-Content-Type-Options": "nosniff"}


def taken(request, form, ticket=None, *, now, is_again=None) -> dict:
    """What the verb takes of the form's photos. Those not taken are named by `say_left_out`, or on this page again.

    `is_again` says whether the form has been here before: then its own photos fill the step, which is no reason to
    refuse them; the verb finds out which are new. Call it once it is certain that this person may do this: decoding
    costs a processor's time, and a file is read only once.
    """
    if "photos" not in form.fields:
        return {}
    if form.taken:
        return {"photos": form.taken.ready}
    stage = form.photo_stage
    brings = form.sent.files or form.sent.draft
    room = photos.room(ticket, stage) if ticket and brings else photos.MOST
    if room < photos.MOST and is_again and is_again():
        room = photos.MOST
    result = photos.take(form.sent, by=request.user, stage=stage, room=room, now=now)
    form.keep(result)
    return {"photos": result.ready}


def say_left_out(request, form, again: str = "") -> None:
    """Everything was saved but these photos: which, why, and where to send them again.

    `again`: why those of a form that was filed before could not be added.
    """
    if again:
        messages.warning(request, NOT_ADDED_AGAIN.format(why=again))
    for sentence in getattr(form, "left_out", ()):
        messages.warning(request, f"{sentence}{AGAIN}")


def bring_again(request, ticket, form) -> None:
    """What a second press says has been done already; a photo that came only with it is added all the same."""
    now = timezone.now()
    if pictures := taken(request, form, now=now).get("photos"):
        how = {"photos": pictures, "stage": form.photo_stage, "now": now}
        try:
            if event := workflow.add_missing(ticket, by=request.user, **how):
                messages.success(request, f"又加上{event.data['photos']}张照片：{ticket.title}")
        except workflow.Refused as refusal:
            messages.warning(request, NOT_ADDED_AGAIN.format(why=refusal))
        _forget(request, form)
    say_left_out(request, form)


@require_safe
def photo(request, name):
    """One photo, or with ?small=1 its small copy; another one's reads like a missing one."""
    return _file(request, get_object_or_404(Photo.objects.visible_to(request.user), name=name))


@require_safe
@for_residents
@for_holders
def receipt_photo(request, *, name, held, now):
    """For who holds the link or the last digits of the phone; a typed code alone shows no photo (SAFETY TR-3)."""
    if not held.shows_words:
        raise Http404
    shown = Photo.objects.visible_to_reporter(held.reporter, held.ticket)
    return _file(request, get_object_or_404(shown, name=name))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, number):
    """Photos for a ticket that is under way."""
    now = timezone.now()
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user).with_people(), number=number)
    answer = permissions.may_add_photo(request.user, ticket, now=now)
    if not answer.allowed:
        return _add_page(request, ticket, refusal=answer.sentence, status=409 if answer.wrong_status else 403)
    stages = workflow.stages_for(ticket, answer.post)
    if request.method != "POST":
        return _add_page(request, ticket, AddPhotosForm(stages=stages))
    form = AddPhotosForm(request.POST, request.FILES, stages=stages)
    before = _added_before(request, ticket, form)
    event = _added(request, ticket, form, stages, before, now=now)
    if event is None:
        return _add_page(request, ticket, form, status=form.status)
    say_left_out(request, form)
    if before:
        _forget(request, form)
    once = "，没有重复加" if event == before else ""
    messages.success(request, f"已加上{event.data['photos']}张照片{once}：{ticket.title}")
    return redirect(ticket)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, name):
    """Take a photo away, with a reason that stays in the timeline."""
    now = timezone.now()
    seen = Photo.objects.visible_to(request.user).select_related("ticket", "by")
    try:
        shown = get_object_or_404(seen, name=name, ticket__isnull=False)
    except Http404:
        return _removed_before(request, name, now)
    answer = permissions.may_remove_photo(request.user, shown, now=now)
    if not answer.allowed:
        raise PermissionDenied(answer.sentence)
    is_sent = request.method == "POST"
    form, status = RemovePhotoForm(request.POST if is_sent else None), 422 if is_sent else 200
    if form.is_valid():
        try:
            workflow.remove_photo(shown, by=request.user, reason=form.cleaned_data["reason"], now=now)
        except workflow.Refused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.http_status
        else:
            messages.success(request, "照片已拿掉，记在办理经过里")
            return redirect(shown.ticket)
    context = {"form": form, "photo": shown, "ticket": shown.ticket}
    return render(request, "tickets/photo_remove.html", context, status=status)


def _removed_before(request, name, now):
    """To the ticket from which a colleague has just taken it, for whoever sees that ticket; else it is missing."""
    number = request.POST.get("ticket", request.GET.get("ticket", ""))
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), number=number)
    removal = get_object_or_404(ticket.events.removing(name))
    moment = saying.moment(removal.at, now=now)
    messages.warning(request, REMOVED_BEFORE.format(who=removal.by.name, moment=moment))
    return redirect(ticket)


def _added_before(request, ticket, form):
    """What this form has added already."""
    if not form.is_valid():
        return None
    return workflow.added_by_form(ticket, form.cleaned_data["key"], request.user)


def _added(request, ticket, form, stages, before, *, now):
    """The event of the photos that are added now; why they are not stands on the form, which keeps them."""
    form.photo_stage = form.cleaned_data["stage"] if form.is_valid() else stages[0]
    pictures = taken(request, form, ticket, now=now, is_again=lambda: before)["photos"]
    if form.is_valid() and not (pictures or before) and photos.room(ticket, form.photo_stage):
        form.blame_left_out()
    if not form.is_valid():
        return None
    told = {"photos": pictures, "stage": form.photo_stage, "key": form.cleaned_data["key"]}
    try:
        return workflow.add_photos(ticket, by=request.user, **told, now=now)
    except workflow.Refused as refusal:
        form.refuse(refusal)
        return None


def _forget(request, form):
    """What a repeated form brought once more is with the ticket already."""
    photos.drop(Photo.objects.drafts(request.user, form.fields["photos"].widget.draft))


def _add_page(request, ticket, form=None, *, refusal="", status=200):
    context = {"ticket": ticket, "form": form, "refusal": refusal}
    return render(request, "tickets/photo_add.html", context, status=status)


def _file(request, shown):
    small = request.GET.get("small") == "1"
    try:
        data = photo_files.path(shown.name, small=small).read_bytes()
    except OSError:
        logger.error("A photo's file is missing: %s", shown.pk)
        raise Http404 from None
    number = shown.ticket.number if shown.ticket_id else "photo"
    headers = {
        **HEADERS, "Content-Disposition": content_disposition_header(False, f"{number}-{shown.pk}.jpg"),
    }  # fmt: skip
    return HttpResponse(data, content_type="image/jpeg", headers=headers)
