"""Controls drawn without templates are the ones that Django's templates draw."""

import re

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from servicedesk.widgets import Renderer

SHARP = """<b>"A" & 'B'</b>"""
CHOICES = [("", "全部"), ("a", SHARP), (7, "七"), (SHARP, "八")]
ATTRS = {"class": "form-control", "id": f"id{SHARP}", "required": True, "disabled": False, "rows": 3}
PLAIN = (
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.PasswordInput,
    forms.HiddenInput,
    forms.DateInput,
    forms.TimeInput,
    forms.CheckboxInput,
    forms.FileInput,
    forms.Textarea,
)
GROUPED = [("", "请选"), ("水电", [("a", SHARP), ("b", "乙")])]


def drawn(widget, value, attrs):
    """With our renderer and with Django's; breaks between tags mean nothing."""
    both = [widget.render("name", value, attrs, renderer) for renderer in (Renderer(), TemplatesSetting())]
    return [re.sub(r">\s+<", "><", html) for html in both]


@pytest.mark.parametrize("attrs", [{}, ATTRS])
@pytest.mark.parametrize("value", [None, "", SHARP, "\n两行\n", 0, True])
@pytest.mark.parametrize("kind", PLAIN)
def test_control_is_drawn_as_by_django(kind, value, attrs):
    ours, djangos = drawn(kind(), value, attrs)

    assert ours == djangos


@pytest.mark.parametrize("choices", [CHOICES, GROUPED, []])
@pytest.mark.parametrize(("kind", "value"), [(forms.Select, "a"), (forms.SelectMultiple, ["a", "7"])])
def test_select_is_drawn_as_by_django(kind, value, choices):
    ours, djangos = drawn(kind(choices=choices), value, ATTRS)

    assert ours == djangos


def test_what_was_typed_is_escaped():
    ours, _ = drawn(forms.TextInput(), SHARP, {})

    assert "&lt;b&gt;&quot;A&quot; &amp; &#x27;B&#x27;" in ours and "<b>" not in ours
