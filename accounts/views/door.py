"""In and out."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import devices, sign_in
from accounts.forms import SignInForm
from accounts.redirects import next_on_this_host


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request):
    if request.method != "POST" and request.user.is_authenticated:
        return redirect(next_on_this_host(request))
    form = SignInForm(request.POST or None)
    if not form.is_valid():
        return _door(request, form)
    try:
        device = sign_in.sign_in(request, **form.cleaned_data)
    except sign_in.Refused as refusal:
        form.add_error("password", refusal.sentence)
        return _door(request, form, until=refusal.until)
    response = redirect(next_on_this_host(request))
    devices.remember(response, device=device, large_print=request.user.large_print or None)
    return response


@login_not_required
@require_POST
def logout(request):
    sign_in.sign_out(request)
    response = redirect("accounts:login")
    # A resident's receipt opened on this shared computer is left behind too.
    response.delete_cookie(settings.RECEIPT_COOKIE_NAME, path=settings.RECEIPT_COOKIE_PATH, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _door(request, form, *, until=None):
    status = 429 if until else 422 if form.is_bound else 200
    stay = {"form": form, "next": next_on_this_host(request, otherwise="home")}
    response = render(request, "accounts/login.html", stay, status=status)
    if until:
        wait = (until - timezone.now()).total_seconds()
        response.headers["Retry-After"] = str(max(1, round(wait)))
    return response
