"""Fields and forms that every app uses: a line, several lines, a telephone number, a count, a form that counts once."""

import re
import unicodedata
import uuid
from datetime import timedelta

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from stations.stock import MOST

_BREAK = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_BETWEEN = re.compile(r"[\s\-‐-―－()（）.·]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Numbers dialled within the town or a company, and hot lines: 12345, 6868 1234.
_SHORT = re.compile(r"[0-9]{3,6}|[2-9][0-9]{6,7}")
WRONG_PHONE = "电话号码不对：手机号是11位，例如 138 0013 8000；座机写上区号，例如 023-6868 1234"
FAR = timedelta(days=3 * 365)
# They turn the letters around that follow, on this page and on the slip: 12345 reads 54321.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
STALE = "这张表不完整，请看一遍再按一次"


def unturned(value):
    """A text without the signs that turn letters around; anything else as it is."""
    return _TURNING.sub("", value) if isinstance(value, str) else value


class LineField(forms.CharField):
    """One line, not required; refused with a line break in it, so that what is stored is what was typed."""

    def __init__(self, *, max_length, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("error_messages", {"max_length": f"最多{max_length}字，请写短一些"})
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value):
        return super().to_python(unturned(value))

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
        return super().to_python(unturned(value)).replace("\r\n", "\n")

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


class NumberField(forms.IntegerField):
    """A count of things, with sentences for all that can be wrong with it."""

    def __init__(self, *, least, most=MOST, missing="填写数量，只写数字", **kwargs):
        limits = f"填{least}到{most}之间的数"
        errors = {"required": missing, "invalid": "只写数字", "min_value": limits, "max_value": limits}
        widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(min_value=least, max_value=most, error_messages=errors, widget=widget, **kwargs)


class KeyedForm(forms.Form):
    """Carries the number under which a repeated press counts once; a broken one is replaced, not accepted."""

    use_required_attribute = False
    key = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fresh_key = uuid.uuid4()
        self.refused_with = 422

    @property
    def status(self) -> int:
        """Of the page that shows the form: 200 before it was sent."""
        return self.refused_with if self.is_bound else 200

    def clean(self):
        data = super().clean()
        broken = self.errors.pop("key", None)
        if broken or not data.get("key"):
            self.add_error(None, STALE)
        else:
            self.fresh_key = data["key"]
        return data

    def refuse(self, refusal, fields=None):
        """Say why it was not done; what was typed stays, and the next press is a new one."""
        field = (fields or {}).get(refusal.field, refusal.field)
        self.add_error(field if field in self.fields else None, str(refusal))
        self.refused_with = refusal.http_status
        self.fresh_key = uuid.uuid4()


class NearDateField(forms.DateField):
    """A date that somebody means: no further from today than three years, so that a mistyped year is asked about."""

    def validate(self, value):
        super().validate(value)
        if value and abs(value - timezone.localdate()) > FAR:
            raise ValidationError("日期太远了，看看年份对不对")


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
