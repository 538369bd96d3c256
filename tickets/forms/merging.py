"""The forms of 并单 and 拆单."""

from django import forms

from stations import saying
from stations.fields import LineField
from tickets import duplicates
from tickets.forms.verbs import VerbForm
from tickets.models import Ticket
from tickets.permissions import HAS_DUPLICATES
from tickets.workflow.merging import ITSELF, NO_SUCH_TICKET

CHOOSE = "请选一张，或写上编号"
SEVERAL = "有几张的编号末尾一样，请写全编号"


class MergeForm(VerbForm):
    """Into which open ticket of the community. The first press shows both beside each other, the second merges."""

    master = forms.ChoiceField(
        label="并入哪一张", required=False, widget=forms.RadioSelect(attrs={"class": "picks-1"}),
        error_messages={"invalid_choice": NO_SUCH_TICKET},
    )  # fmt: skip
    number = LineField(
        label="或者写另一张的编号", max_length=24, help_text="例如 1123-007，或全部编号",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        seen = Ticket.objects.visible_to(self.user).in_community(self.ticket.area).open()
        self.among, self.is_sure = seen.besides(self.ticket).with_people(), False
        self.dead_end = HAS_DUPLICATES if self.ticket.duplicates.exists() else ""
        found = [] if self.dead_end else duplicates.candidates(self.ticket, now=self.now)
        self.fields["master"].choices = [(other.number, self._label(other)) for other in found]
        if not found:
            del self.fields["master"]
            number = self.fields["number"]
            number.label, number.required = "另一张的编号", True
            number.error_messages["required"] = CHOOSE

    def clean(self):
        data = super().clean()
        typed, chosen = data.pop("number", ""), data.pop("master", "")
        self.is_sure = data.pop("sure", False)
        if not self.errors:
            data["master"] = self._read(typed or chosen)
        return data

    def filled(self):
        return {"master": self.cleaned_data["master"].pk}

    @property
    def preview(self) -> Ticket | None:
        """Into what the valid form would merge, until that has been looked at."""
        return None if self.is_sure else getattr(self, "cleaned_data", {}).get("master")

    def _read(self, number: str) -> Ticket:
        if not number:
            raise forms.ValidationError({"number": CHOOSE})
        found = list(self.among.with_number(number)[:2])
        if len(found) != 1:
            raise forms.ValidationError({"number": SEVERAL if found else self._why_none(number)})
        return found[0]

    def _why_none(self, number: str) -> str:
        return ITSELF if Ticket.objects.with_number(number).contains(self.ticket) else NO_SUCH_TICKET

    def _label(self, other: Ticket) -> str:
        at = f"{saying.moment(other.received_at, now=self.now)}接单"
        facts = [other.number, other.where, other.get_status_display(), at]
        return f"{other.title}（{'，'.join(filter(None, facts))}）"


class UnmergeForm(VerbForm):
    """Nothing to fill in: the page says what will be."""
