"""The search box above ticket lists."""

from django import forms
from django.http import QueryDict

from tickets.search import QUERY_LIMIT


class SearchForm(forms.Form):
    """Words of the matter, a number, a name, or the last digits of a phone; `filters` carries the list's others."""

    use_required_attribute = False

    q = forms.CharField(
        label="找工单", required=False, max_length=QUERY_LIMIT,
        help_text="事情里的词、编号、反映人的称呼（写全，例如吴阿姨）或手机后四位",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}),
        error_messages={"max_length": f"最多{QUERY_LIMIT}字，请写短一些"},
    )  # fmt: skip
    filters = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput())

    def clean_filters(self):
        """The list's parameters as a plain dict; the list itself ignores what it does not know."""
        return QueryDict(self.cleaned_data["filters"]).dict()
