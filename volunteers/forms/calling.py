"""Whom the lead asks when somebody is missing: ids of profiles; who may be asked is decided by the verb."""

from django import forms


class PeopleForm(forms.Form):
    people = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        sent = data.getlist("people") if data is not None else []
        self.fields["people"].choices = [(one, one) for one in sent if one.isascii() and one.isdigit()]

    @property
    def ticked(self):
        """As strings and numbers, to keep what was ticked on a refused page."""
        return [int(value) for value, _ in self.fields["people"].choices]
