"""What is typed about the wall: a text, a verdict with its reason, why something is taken down."""

from django import forms

from stations.fields import LineField, WordsField
from tickets.models.wall import REASON_LIMIT, TITLE_LIMIT, WORDS_LIMIT
from tickets.wall import editing

NO_TITLE = "写一句说的是什么事，例如“楼道灯不亮”"
NO_WORDS = "写一写办成了什么样"
APPROVE, REFUSE = "approve", "refuse"


class TextForm(forms.Form):
    """The words for the wall; `seen` is the version that was on the page, 0 before the first."""

    use_required_attribute = False

    title = LineField(
        label="什么事", max_length=TITLE_LIMIT, required=True,
        help_text=f"最多{TITLE_LIMIT}字；楼栋、房号、称呼、电话都不写",
        error_messages={"required": NO_TITLE, "max_length": f"最多{TITLE_LIMIT}字，请写短一些"},
    )  # fmt: skip
    words = WordsField(
        label="办成什么样", max_length=WORDS_LIMIT, rows=4,
        help_text=f"最多{WORDS_LIMIT}字；用自己的话写，不抄居民的原话",
        error_messages={"required": NO_WORDS, "max_length": f"最多{WORDS_LIMIT}字，请写短一些"},
    )  # fmt: skip
    seen = forms.IntegerField(required=False, min_value=0, max_value=10**6, widget=forms.HiddenInput())

    def clean_seen(self):
        return self.cleaned_data["seen"] or 0

    def is_fit_for(self, ticket):
        """Whether nothing in it has to stay off the wall; each fault is said at its field."""
        for name in ("title", "words"):
            for fault in editing.faults(ticket, self.cleaned_data[name]):
                self.add_error(name, fault)
        return not self.errors


class VerdictForm(forms.Form):
    """Approve or refuse the version that was on the page."""

    use_required_attribute = False

    verdict = forms.ChoiceField(choices=[(APPROVE, "同意"), (REFUSE, "退回")])
    reason = LineField(label="退回的原因", max_length=REASON_LIMIT, help_text="写的人会看到")
    seen = forms.IntegerField(min_value=1, max_value=10**6, widget=forms.HiddenInput())

    @property
    def is_refusal(self):
        return self.cleaned_data["verdict"] == REFUSE


class WithdrawForm(forms.Form):
    reason = LineField(label="为什么撤下", max_length=REASON_LIMIT)


class PutBackForm(forms.Form):
    """Undo the taking down that was on the page, none that came after it."""

    taken_down = forms.DateTimeField(error_messages={"required": editing.CHANGED, "invalid": editing.CHANGED})
