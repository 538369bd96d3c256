"""What residents type: a code, the last digits of a phone, a rating."""

import re
import unicodedata

from django import forms
from django.core.validators import RegexValidator

from stations.fields import unturned
from tickets import receipts
from tickets.forms.verbs import choice_field, event_seen
from tickets.models import Rating
from tickets.models.reporter import PHONE_TAIL
from tickets.models.ticket import WORDS_LIMIT

CODE_MISSING = "填写回执上的查询码，共11位"
CODE_WRONG = "没有查到这个查询码，请照回执再看一遍；换发过新回执的、结案满90天的，这张就查不到了"
CODE_LENGTH = "没有查到这个查询码：应该是11位，您输入了{}位，请照回执再看一遍"
CODE_IS_NUMBER = "这是工单编号；查询码在回执二维码的下面，例如 K7Q2-M9T-4XRA"
_TICKET_NUMBER = re.compile(r"[0-9]{8}-?[0-9]{3}")
TAIL_MISSING = "填写登记时留的手机号的后四位数字"
TAIL_WRONG = "和登记时留的手机号对不上，请再看一遍"


class CodeForm(forms.Form):
    """Any way of writing the code; receipts.read_code says what was meant."""

    use_required_attribute = False
    code = forms.CharField(
        label="查询码",
        help_text="在回执上二维码下面，例如 K7Q2-M9T-4XRA",
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "class": "code-in",
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": CODE_MISSING, "max_length": CODE_MISSING},
    )


def why_not_found(typed: str) -> str:
    """What helps whoever typed a code that opens nothing; it says only what can be seen from the text itself."""
    if _TICKET_NUMBER.search(typed):
        return CODE_IS_NUMBER
    count = receipts.symbols_in(typed)
    return CODE_WRONG if count == receipts.SYMBOLS + 1 else CODE_LENGTH.format(count)


class TailForm(forms.Form):
    """Four digits, full width too."""

    use_required_attribute = False
    tail = forms.CharField(
        label="手机号后四位",
        help_text="登记时留的手机号",
        max_length=12,
        widget=forms.TextInput(attrs={"class": "tail-in", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": TAIL_MISSING, "max_length": TAIL_MISSING},
        validators=[RegexValidator(rf"^\s*\d{{{PHONE_TAIL}}}\s*$", TAIL_MISSING)],
    )

    def clean_tail(self):
        return unicodedata.normalize("NFKC", self.cleaned_data["tail"])


class ReadForm(forms.Form):
    """我知道了: which answer stood on the page."""

    reply = event_seen("")


class RatingForm(forms.Form):
    """Solved and satisfied, nothing preselected; `round` tells a repeated press from a second opinion."""

    use_required_attribute = False
    round = forms.IntegerField(required=False, min_value=1, max_value=32767, widget=forms.HiddenInput)
    solved = choice_field("问题解决了吗？", Rating.Solved.choices, "请选问题解决了没有", css="tall picks-3")
    satisfied = choice_field("您满意吗？", Rating.Satisfied.choices, "请选您满意不满意", css="tall picks-3")
    words = forms.CharField(
        label="想说的话",
        required=False,
        strip=False,
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"max_length": f"最多{WORDS_LIMIT}字，请写要点"},
    )

    def clean_words(self):
        return unturned(self.cleaned_data["words"])

    @property
    def answers(self) -> dict:
        """What workflow.review takes."""
        return {name: self.cleaned_data[name] for name in ("solved", "satisfied", "words")}
