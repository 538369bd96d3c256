"""The question to the resident and the answer: asked by the claimant, given on the receipt or told to a person."""

from typing import ClassVar

from django import forms

from stations import saying
from tickets import clocks
from tickets.forms.verbs import ONLY_OWN, WORDS, VerbForm, choice_field, event_seen, words_field
from tickets.models import Heard, Reporter
from tickets.permissions import tells
from tickets.workflow.asking import (
    EMERGENCY,
    NOT_ASKED,
    NOTHING_LEFT,
    QUESTION_LIMIT,
    WRITE_QUESTION,
    last_question,
)

HOW = "居民扫回执能看到，站里也会代问；不要写姓名、电话、房号。等到{}，没有补充就接着办"
QUICK = ("具体在哪个位置？", "什么时候家里有人？", "现在还有没有？")
OUTDATED = "这一页旧了，请看最新的问题再回答"
# What the resident fills in alone is never entered by somebody else.
TOLD = [(heard.value, heard.label) for heard in Heard if heard is not Heard.LINK]


class AskForm(VerbForm):
    kept_as: ClassVar = {"question": WORDS}
    question = words_field("问什么", WRITE_QUESTION, rows=2, quick=QUICK, limit=QUESTION_LIMIT)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.why_not, until = "", clocks.asked_until(self.ticket, self.now)
        if until is None or self.ticket.is_pressing:
            self.why_not = NOTHING_LEFT if until is None else EMERGENCY
        self.fields["question"].help_text = self.why_not or HOW.format(saying.until(until, now=self.now))


class AnsweredForm(VerbForm):
    """For a person to whom the resident told it."""

    reporter = forms.ModelChoiceField(
        Reporter.objects.none(), label="哪位说的", empty_label="请选",
        error_messages={"required": "请选是哪位反映人说的", "invalid_choice": "请选这张工单的反映人"},
    )  # fmt: skip
    words = words_field("居民补充了什么", "写下居民补充了什么")
    channel = choice_field("居民怎么说的", TOLD, "请选居民怎么说的", css="picks-2")
    question = event_seen(OUTDATED)

    def __init__(self, *args, reporters=None, **kwargs):
        super().__init__(*args, **kwargs)
        self._offer_reporters(reporters)
        if asked := last_question(self.ticket):
            self.fields["question"].initial = asked.pk
            self.fields["words"].help_text = f"问的是：{asked.words}"
        else:
            self.dead_end = NOT_ASKED

    def _offer_reporters(self, known):
        field, everybody = self.fields["reporter"], Reporter.objects.of_matter(self.ticket)
        field.queryset = everybody.told_by(self.user)
        field.label_from_instance = self.name_of
        reporters = everybody if known is None else known
        if len(reporters) == 1:
            field.initial, field.widget = reporters[0].pk, forms.HiddenInput()
        elif not all(tells(self.user, self.ticket, one) for one in reporters):
            field.help_text = ONLY_OWN


class AnswerForm(forms.Form):
    """On the receipt page, which says itself which question it shows."""

    use_required_attribute = False
    question = event_seen(OUTDATED)
    words = words_field("您的回答", "请写下您的回答")
