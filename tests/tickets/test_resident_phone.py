"""A telephone number as residents say it."""

import pytest
from django.core.exceptions import ValidationError

from stations.fields import WRONG_PHONE, LineField, ResidentPhoneField


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800138000", "13800138000"),
        (" 138 0013-8000 ", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("023-6868 1234", "02368681234"),
        ("（023）68681234", "02368681234"),
        ("68681234", "68681234"),
        ("12345", "12345"),
        ("110", "110"),
        ("668123", "668123"),
        ("400-810-1234", "4008101234"),
        ("+852 9123 4567", "+85291234567"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_phone_is_stored_as_digits_however_it_is_typed(typed, stored):
    assert ResidentPhoneField().clean(typed) == stored


@pytest.mark.parametrize(
    "typed", ["1380013800", "138001380000", "12", "电话", "0", "abc123", "138001380-0", "++86", "9" * 30]
)
def test_phone_that_cannot_be_dialled_is_refused_with_a_sentence(typed):

    with pytest.raises(ValidationError, match=WRONG_PHONE):
        ResidentPhoneField().clean(typed)


@pytest.mark.parametrize("typed", ["王\n秀兰", "王\r秀兰", "王\t秀兰", "王\u2028秀兰", "王\x7f"])
def test_one_line_is_one_line(typed):
    with pytest.raises(ValidationError, match="不要换行"):
        LineField(max_length=30).clean(typed)
