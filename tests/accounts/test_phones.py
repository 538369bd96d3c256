"""How a mobile number is read."""

import pytest
from django import forms

from accounts.phones import PhoneField, masked, normalise


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "138 0013 8000", "138-0013-8000", "138—0013—8000", "（138）00138000",
     "１３８００１３８０００", "+86 138 0013 8000", "0086-13800138000", "8613800138000", "\u300013800138000"],
)  # fmt: skip
def test_number_is_read_however_it_is_written(typed):
    assert normalise(typed) == "13800138000"
    assert PhoneField().clean(typed) == "13800138000"


@pytest.mark.parametrize(
    "typed", ["1380013800", "138001380000", "12800138000", "١٣٨٠٠١٣٨٠٠٠", "abc", "+1 3800138000"]
)
def test_other_text_is_no_mobile_number(typed):
    with pytest.raises(forms.ValidationError, match="填写11位手机号"):
        PhoneField().clean(typed)


def test_optional_number_may_be_empty():
    assert PhoneField(required=False).clean("") == ""


def test_mask_keeps_both_ends():
    assert masked("13800131234") == "138****1234"
