"""Why somebody looks at a resident's phone and name."""

from django import forms

from stations.fields import LineField
from tickets.revealing import WORDS_LIMIT, Reason


class RevealForm(forms.Form):
    """`cleaned_data` is what revealing.reveal takes; there it is checked that 其他 is explained."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label="为什么要看", choices=Reason.choices, widget=forms.RadioSelect(attrs={"class": "picks-4"}),
        error_messages={"required": "选一个理由", "invalid_choice": "选一个理由"},
    )  # fmt: skip
    words = LineField(
        max_length=WORDS_LIMIT, label="补充说明", help_text="选“其他”要写；不要写居民的姓名和电话"
    )
