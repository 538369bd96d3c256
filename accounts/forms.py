"""What people may type on the pages of this app; no form changes anything."""

import unicodedata

from django import forms
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import Post
from accounts.permissions import Opening
from accounts.phones import PhoneField, normalise

PASSWORD_LENGTH = 128
SEARCH_LENGTH = 100
UNSEEN = {"Cc", "Cf", "Zl", "Zp"}


def _password(label, *, autocomplete, required, help_text=""):
    """As typed: nothing is stripped, and it never comes back to the page."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": required},
    )


def _one_line(value: str) -> str:
    """Names are one line of visible characters."""
    if any(unicodedata.category(character) in UNSEEN for character in value):
        raise ValidationError("里面有看不见的字符，请删掉重新输入。")
    return " ".join(value.split())


class SignInForm(forms.Form):
    phone = PhoneField(
        widget=forms.TextInput(attrs={"autocomplete": "username", "inputmode": "tel", "autofocus": True})
    )
    password = _password("密码", autocomplete="current-password", required="填写密码。")


class NewPasswordForm(forms.Form):
    """For somebody who just signed in with a one-time password."""

    new = _password(
        "新密码",
        autocomplete="new-password",
        required="填写新密码，至少10个字符。",
        help_text="至少10个字符，可以是一句自己记得住的话；不要用手机号、姓名、生日。",
    )
    again = _password("再输一次新密码", autocomplete="new-password", required="再输一次新密码。")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new(self):
        validate_password(self.cleaned_data["new"], self.user)
        if self.is_current(self.cleaned_data["new"]):
            raise ValidationError("新密码不能和现在的一样，换一个别人不知道的。")
        return self.cleaned_data["new"]

    def is_current(self, new: str) -> bool:
        """A one-time password was read by whoever gave it; it must not stay."""
        return check_password(new, self.user.password)

    def clean(self):
        cleaned = super().clean()
        new, again = cleaned.get("new"), cleaned.get("again")
        if new and again and new != again:
            self.add_error("again", "两次输入的新密码不一样，请再输一次。")
        return cleaned


class PasswordForm(NewPasswordForm):
    """For everybody else; the old password is checked by sign_in.confirm_password."""

    old = _password("现在的密码", autocomplete="current-password", required="填写现在的密码。")
    field_order = ["old", "new", "again"]

    def is_current(self, new: str) -> bool:
        """Compares only what was typed; the stored password is read where the tries are counted."""
        return new == self.cleaned_data.get("old")


class SearchForm(forms.Form):
    """By POST only: what is looked for is personal."""

    words = forms.CharField(
        label="找人",
        required=False,
        max_length=SEARCH_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )

    def looked_for(self) -> str:
        """The cleaned words; a number also when it was typed with spaces."""
        words = self.cleaned_data.get("words", "") if self.is_valid() else ""
        digits = normalise(words)
        return digits if digits.isdigit() else words


class EnrolForm(forms.Form):
    """Choices come from accounts.permissions, so nothing outside the lead's scopes can be chosen."""

    name = forms.CharField(
        label="姓名",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "填写姓名。"},
    )
    phone = PhoneField(
        help_text="用来登录，请和本人核对。", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    vest_number = forms.CharField(
        label="红马甲编号",
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    opening = forms.ChoiceField(
        label="登记为", widget=forms.RadioSelect, error_messages={"required": "选择登记到哪里。"}
    )

    def __init__(self, *args, openings: list[Opening], **kwargs):
        super().__init__(*args, **kwargs)
        self.openings = {opening.key: opening for opening in openings}
        field = self.fields["opening"]
        field.choices = [(key, str(opening)) for key, opening in self.openings.items()]
        if len(openings) == 1:
            field.initial, field.widget = openings[0].key, forms.HiddenInput()
        if not any(opening.role == Post.Role.VOLUNTEER for opening in openings):
            del self.fields["vest_number"]

    def clean_name(self):
        return _one_line(self.cleaned_data["name"])

    def clean_vest_number(self):
        return _one_line(self.cleaned_data["vest_number"])

    def clean_opening(self):
        return self.openings[self.cleaned_data["opening"]]
