"""Forms whose change is looked at before it is saved: saved is only what was looked at."""

import hashlib
from collections.abc import Iterable

from django import forms
from django.http import QueryDict


class LookedAtForm(forms.Form):
    """`is_sure`: the button under the preview was pressed, and nothing was typed since."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.refused_with = 422

    @property
    def digest(self) -> str:
        """Of what was sent into its own fields: nothing else is written, so nothing else was looked at."""
        return digest_of(self.data, self.fields)

    @property
    def is_sure(self) -> bool:
        return "sure" in self.data and self.data.get("seen") == self.digest

    @property
    def has_changed_since(self) -> bool:
        return "sure" in self.data and not self.is_sure

    def refuse(self, refusal) -> None:
        """Say why it was not done; what was typed stays."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        self.refused_with = refusal.http_status


def digest_of(data: QueryDict, names: Iterable[str]) -> str:
    """Of what stands under these names; one that was not sent is left out."""
    sent = [(name, data.getlist(name)) for name in sorted(names) if name in data]
    return hashlib.sha256(repr(sent).encode()).hexdigest()[:16]


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
