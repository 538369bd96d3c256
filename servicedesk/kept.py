"""What somebody typed by hand into a form that was not taken: shown once more, so that it can be copied.

Decides which posted words are shown and to whom; takes nothing in and keeps nothing.
"""

import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.apps import apps
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

TYPED = (forms.TextInput, forms.Textarea)
# Fields that no form of ours declares.
LOOSE = {"why": "原因"}
# The resident's code and last four digits, and the address of a robot, which is its password.
SECRET = {"code", "tail", "address"}
DOORS = {"accounts:login", "accounts:password", "tickets:track_code", "tickets:unlock"}
# What a choice or a hidden field sends: a number, a name of the code, a UUID.
KEY = re.compile(r"[\w-]*", re.ASCII)
ROW = 16  # characters in a row of a phone


@dataclass(frozen=True)
class Words:
    """One text; `label` is empty where nobody can tell which of several forms it was typed into."""

    text: str
    label: str

    @property
    def rows(self) -> int:
        return sum(max(1, math.ceil(len(line) / ROW)) for line in self.text.split("\n"))


def words(request: HttpRequest) -> list[Words]:
    """In the order of the form; nothing of a request that did not come from a page of ours."""
    match = request.resolver_match
    if not is_own(request) or match is None or match.view_name in DOORS:
        return []
    return list(_typed(request))


def is_own(request: HttpRequest) -> bool:
    """Whether the browser vouches that the form stood on this host: else a stranger's words would look like ours."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site == "same-origin" and origin in (None, "null", _here(request))
    if origin is not None:
        return origin == _here(request)
    return _stands_here(request, request.headers.get("Referer", ""))


def form_page(request: HttpRequest) -> str:
    """The page on which the form stood, as an address of this host; else the one it was sent to."""
    parts = urlsplit(request.headers.get("Referer", ""))
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    is_here = _stands_here(request, parts.geturl()) and url_has_allowed_host_and_scheme(address, None)
    return address if is_here else request.path


def _here(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _stands_here(request: HttpRequest, address: str) -> bool:
    return address.startswith(_here(request) + "/")


def _typed(request: HttpRequest) -> Iterator[Words]:
    fields = _fields()
    for name, values in request.POST.lists():
        for text in (value.strip() for value in values):
            if name in fields and text and not (fields[name].is_elsewhere_a_key and KEY.fullmatch(text)):
                yield Words(text, fields[name].label or _label(name, request.POST.keys()))


def _label(name: str, posted: Collection[str]) -> str:
    """What the form calls it that has most of the posted fields; empty where several have as many and differ."""
    fits = [(len(form.keys() & posted), form[name]) for form in _labels() if name in form]
    most = max(count for count, _ in fits)
    best = {label for count, label in fits if count == most}
    return best.pop() if len(best) == 1 else ""


@dataclass(frozen=True)
class _Field:
    label: str
    is_elsewhere_a_key: bool


@cache
def _labels() -> list[dict[str, str]]:
    """Every form of ours: what it calls its fields."""
    return [
        {name: str(field.label or "") for name, field in form.base_fields.items()}
        for form in _forms(forms.BaseForm)
    ]


@cache
def _fields() -> dict[str, _Field]:
    """Every name under which some form of ours lets people type words."""
    found: dict[str, list[forms.Field]] = {}
    for form in _forms(forms.BaseForm):
        for name, field in form.base_fields.items():
            found.setdefault(name, []).append(field)
    typed = {name: _field(fields) for name, fields in found.items() if any(map(_is_typed, fields))}
    loose = {name: _Field(label, is_elsewhere_a_key=False) for name, label in LOOSE.items()}
    return {name: field for name, field in {**loose, **typed}.items() if name not in SECRET}


def _field(fields: list[forms.Field]) -> _Field:
    labels = {str(field.label or "") for field in fields if _is_typed(field)}
    is_key = any(
        isinstance(field.widget, (forms.HiddenInput, forms.widgets.ChoiceWidget)) for field in fields
    )
    return _Field(labels.pop() if len(labels) == 1 else "", is_key)


def _is_typed(field: forms.Field) -> bool:
    return isinstance(field.widget, TYPED)


def _forms(parent: type[forms.BaseForm]) -> Iterator[Any]:
    """Those of the product; Django's own say nothing of our fields."""
    for form in parent.__subclasses__():
        if apps.get_containing_app_config(form.__module__) and not form.__module__.startswith("django"):
            yield form
        yield from _forms(form)
