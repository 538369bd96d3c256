"""The search box above ticket lists."""

from django import forms
from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict

from tickets.search import QUERY_LIMIT

FILTERS_DROPPED = "筛选的条件太长，认不出来，已经去掉。再按一次“找”，在全部工单里找"


class SearchForm(forms.Form):
    """Words of the matter, a number, a name, or the last digits of a phone; `filters` carries the list's others."""

    use_required_attribute = False

    q = forms.CharField(
        label="找工单", required=False, max_length=QUERY_LIMIT,
        help_text="事情里的词、编号、反映人的称呼（写全，例如吴阿姨）或手机后四位",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}),
        error_messages={"max_length": f"最多{QUERY_LIMIT}字，请写短一些"},
    )  # fmt: skip
    filters = forms.CharField(
        required=False, max_length=2000, widget=forms.HiddenInput(),
        error_messages={"max_length": FILTERS_DROPPED},
    )  # fmt: skip

    def clean_filters(self):
        """The list's parameters as a plain dict; the list itself ignores what it does not know."""
        try:
            return QueryDict(self.cleaned_data["filters"]).dict()
        except TooManyFieldsSent:
            raise forms.ValidationError(FILTERS_DROPPED) from None

    def clean(self):
        """Filters that nobody can read would stand in the way of every press: the page comes back without them."""
        if broken := self.errors.pop("filters", None):
            self.add_error(None, broken)
            self.data = self.data.copy()
            self.data["filters"] = ""
        return super().clean()
