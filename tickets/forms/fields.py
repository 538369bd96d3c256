"""Fields for what residents tell at a desk: one line of text, several lines, and a telephone number."""

import re
import unicodedata

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError

_BREAK = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_BETWEEN = re.compile(r"[\s\-‐-―－()（）.·]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Numbers dialled within the town or a company, and hot lines: 12345, 6868 1234.
_SHORT = re.compile(r"[0-9]{3,6}|[2-9][0-9]{6,7}")
WRONG_PHONE = "电话号码不对：手机号是11位，例如 138 0013 8000；座机写上区号，例如 023-6868 1234"


class LineField(forms.CharField):
    """One line, not required; refused with a line break in it, so that what is stored is what was typed."""

    def __init__(self, *, max_length, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("error_messages", {"max_length": f"最多{max_length}字，请写短一些"})
        super().__init__(max_length=max_length, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        if _BREAK.search(text):
            raise ValidationError("只写一行，不要换行")
        return text


class WordsField(forms.CharField):
    """Several lines, in which a line break is one character and the same however the browser sends it.

    No maxlength in the browser: it would cut a pasted text without a word.
    """

    def __init__(self, *, rows=2, quick=(), **kwargs):
        attrs = {"rows": rows, **({"data-quick": "|".join(quick)} if quick else {})}
        super().__init__(**{"widget": forms.Textarea(attrs=attrs), **kwargs})

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")

    def widget_attrs(self, widget):
        return {}


class ResidentPhoneField(LineField):
    """A resident's mobile or land line, or a short number; gives bare digits, so that search finds them."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "手机号")
        super().__init__(max_length=30, error_messages={"max_length": WRONG_PHONE}, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        return digits_of(text) if text else ""


def digits_of(typed: str) -> str:
    """13800138000, 02368681234, 12345; +85291234567 from elsewhere. ValidationError if it is none."""
    text = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    if not re.fullmatch(r"\+?[0-9]+", text):
        raise ValidationError(WRONG_PHONE)
    if _MOBILE.fullmatch(text) or _SHORT.fullmatch(text):
        return text
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        raise ValidationError(WRONG_PHONE) from None
    if not phonenumbers.is_valid_number(number):
        raise ValidationError(WRONG_PHONE)
    return _national(number)


def _national(number) -> str:
    if number.country_code != 86:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return re.sub(r"[^0-9]", "", text)
