"""Chips and rows are written without Django's format_html, and come out the same."""

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from stations.markup import fill, fill_each

PARTS = ("<b>&\"'", "王**", 3, None, gettext_lazy("Yes"), gettext_lazy("<i>"), format_html("<i>{}</i>", "<"))


@pytest.mark.parametrize("part", PARTS, ids=repr)
def test_part_is_escaped_as_django_does(part):
    pattern = '<a title="{}">{}</a>'

    made = fill(pattern, part, part)

    assert made == format_html(pattern, part, part)
    assert isinstance(made, SafeString)


def test_part_with_braces_is_no_pattern():
    assert fill("<i>{}</i>", "{0.__class__}") == "<i>{0.__class__}</i>"


def test_rows_are_each_escaped():
    assert fill_each("<li>{}", [("<",), ("a",)]) == "<li>&lt;<li>a"
