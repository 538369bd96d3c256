"""How a mobile number is read: spaces, dashes, full-width digits and +86 make no difference."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import mobile_number

_BETWEEN = re.compile(r"[\s\-‐-―()]")
_COUNTRY = re.compile(r"^(\+86|0086|86)(?=1[0-9]{10}$)")


def normalise(text: str) -> str:
    """The bare eleven digits where the text is a mobile number; other text without its spaces."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    return _COUNTRY.sub("", plain)


class PhoneField(forms.CharField):
    """A mobile number; keeps what was typed on the page, gives eleven digits to the code."""

    def __init__(self, **kwargs):
        kwargs["max_length"] = 40
        kwargs.setdefault("label", "手机号")
        kwargs.setdefault("error_messages", {"required": "填写11位手机号，例如 13800138000。"})
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "inputmode": "tel"}

    def clean(self, value):
        number = normalise(super().clean(value))
        if number or self.required:
            self._check(number)
        return number

    @staticmethod
    def _check(number):
        try:
            mobile_number(number)
        except ValidationError as error:
            raise ValidationError(error.message, code="phone") from None


def masked(number: str) -> str:
    """138****1234: enough to recognise one's own."""
    return f"{number[:3]}****{number[-4:]}"
