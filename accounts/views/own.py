"""One's own account: who I am here, my password, my size of print."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import devices, people, sign_in
from accounts.forms import NewPasswordForm, PasswordForm
from accounts.phones import masked
from accounts.redirects import next_on_this_host


@require_safe
def me(request):
    return render(request, "accounts/me.html", {"phone": masked(request.user.phone)})


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request):
    is_first = request.user.must_change_password
    form = (NewPasswordForm if is_first else PasswordForm)(request.POST or None, user=request.user)
    if form.is_valid() and _is_confirmed(request, form):
        people.change_password(request.user, form.cleaned_data["new"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码改好了。其他电脑和手机上的登录已退出。")
        return redirect("home" if is_first else "accounts:me")
    page = {"form": form, "is_first": is_first}
    return render(request, "accounts/password.html", page, status=422 if form.is_bound else 200)


@login_not_required
@require_POST
def large_print(request):
    """Set the size for this browser, and for the person who is signed in on it; unsaid, turn it over."""
    wanted = request.POST.get("large")
    now_large = wanted == "1" if wanted in ("0", "1") else not devices.shows_large_print(request)
    people.choose_print(request.user, large=now_large)
    response = redirect(next_on_this_host(request))
    devices.remember(response, large_print=now_large)
    return response


def _is_confirmed(request, form):
    """Whether the old password is right; nobody guesses it at an unattended desk either."""
    if "old" not in form.fields:
        return True
    try:
        sign_in.confirm_password(request, form.cleaned_data["old"])
    except sign_in.Refused as refusal:
        form.add_error("old", refusal.sentence)
        return False
    return True
