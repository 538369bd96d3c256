"""What is typed on a station's own pages: a tap, a thing lent, a change of stock, a supply; changes nothing."""

from datetime import datetime

from django import forms
from django.utils import timezone

from stations import lending, saying, stock, workdays
from stations.fields import KeyedForm, LineField, NumberField, ResidentPhoneField, WordsField
from stations.models import Supply, SupplyChange, Visit
from stations.models.supply import USUAL_UNIT

CHANGES = [(kind.value, kind.label) for kind in stock.BY_HAND]
OTHER = "other"


class TapForm(KeyedForm):
    kind = forms.ChoiceField(choices=Visit.Kind.choices)


class SupplyRadios(forms.RadioSelect):
    """What is all gone can be seen, not chosen."""

    def create_option(self, name, value, label, selected, index, **kwargs):
        option = super().create_option(name, value, label, selected, index, **kwargs)
        if value and not value.instance.stock:
            option["attrs"]["disabled"] = True
        return option


class SupplyField(forms.ModelChoiceField):
    def label_from_instance(self, supply):
        return f"{supply}·剩{supply.amount(supply.stock)}" if supply.stock else f"{supply}·借完"


class LoanForm(KeyedForm):
    """One thing lent at one station. `tap` is the visit that the tap on 借物 has counted already."""

    supply = SupplyField(
        Supply.objects.none(), label="借什么", empty_label=None, widget=SupplyRadios(),
        error_messages={"required": "选借的是什么", "invalid_choice": "这样东西不外借，请另选一样"},
    )  # fmt: skip
    quantity = NumberField(label="数量", least=1, initial=1)
    until = forms.ChoiceField(
        label="什么时候还", widget=forms.RadioSelect(attrs={"class": "picks-3"}),
        error_messages={"required": "选什么时候还", "invalid_choice": "今天已经关门，请另选时间"},
    )  # fmt: skip
    due_on = forms.DateField(
        label="哪一天", required=False, help_text="选“选时间”才要填",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages={"invalid": "选一个日期"},
    )  # fmt: skip
    due_time = forms.TimeField(
        label="几点", required=False, help_text="不填就是关门前",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), error_messages={"invalid": "选一个时间"},
    )  # fmt: skip
    borrower = LineField(
        label="怎么称呼", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = ResidentPhoneField(help_text="到时间没还，好打电话问一声")
    tap = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args, station, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.now, self.hours = now, list(station.opening_hours.all())
        self.fields["supply"].queryset = Supply.objects.at_station(station).lendable()
        self.today, self.next = lending.closings(self.hours, now=now)
        self.fields["until"].choices = [
            *([(lending.TODAY, _closing("今天", self.today))] if self.today else []),
            (lending.NEXT, self._next_closing()),
            (OTHER, "选时间"),
        ]

    def _next_closing(self) -> str:
        is_tomorrow = (timezone.localdate(self.next) - timezone.localdate(self.now)).days == 1
        return _closing("明天", self.next) if is_tomorrow else saying.before(self.next, now=self.now)

    def clean(self):
        data = super().clean()
        if self.errors.pop("tap", None):  # nobody typed it; without it the loan counts a visit of its own
            data["tap"] = None
        if data.get("until"):
            data["due_at"] = self._due_at(data)
        return data

    def _due_at(self, data) -> datetime | None:
        if data["until"] != OTHER:
            return self.today if data["until"] == lending.TODAY else self.next
        if not data.get("due_on"):
            if "due_on" not in self.errors:
                self.add_error("due_on", "选哪一天还")
            return None
        moment = data.get("due_time") or lending.closing_time(self.hours, data["due_on"])
        return workdays.at(data["due_on"], moment)


def _closing(day, moment) -> str:
    return f"{day}下班前（{timezone.localtime(moment):%H:%M}）"


class StockForm(KeyedForm):
    """用掉, 补货 or 盘点; `seen` is the stock that stood on the page."""

    kind = forms.ChoiceField(
        label="为什么改", choices=CHANGES, widget=forms.RadioSelect(attrs={"class": "picks-3"}),
        error_messages={"required": "选用掉、补货或盘点", "invalid_choice": "选用掉、补货或盘点"},
    )  # fmt: skip
    number = NumberField(label="数量", least=0, help_text="用掉几个、补了几个；盘点就填现在一共有几个")
    note = LineField(label="说明", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def clean(self):
        data = super().clean()
        is_change = data.get("kind") and data["kind"] != SupplyChange.Kind.COUNTED
        if is_change and data.get("number") == 0:
            self.add_error("number", "至少填1")
        return data


class SupplyForm(KeyedForm):
    """The settings of a supply, for the station lead; how much there is only when it is new.

    `seen` is what was stored when the form was shown.
    """

    name = LineField(
        label="名称", max_length=30, required=True, help_text="例如 口罩、急救药箱、充电器",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "填写名称，例如：充电器", "max_length": "最多30字，请写短一些"},
    )  # fmt: skip
    unit_word = LineField(
        label="量词", max_length=4, required=True, initial=USUAL_UNIT, help_text="例如 个、只、本、把",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "填写量词，例如：个", "max_length": "最多4字"},
    )  # fmt: skip
    stock = NumberField(label="现在有多少", least=0)
    low_mark = NumberField(
        label="剩多少时提醒“快用完了”", least=0, required=False, help_text="不填，用完了才提醒"
    )
    is_lendable = forms.BooleanField(label="可以借出", required=False)
    is_active = forms.BooleanField(
        label="在用", required=False, help_text="不再用的取消勾选，借出未还的照样能还"
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args, supply=None, **kwargs):
        kwargs["initial"] = {name: getattr(supply, name) for name in stock.SETTINGS} if supply else {}
        super().__init__(*args, **kwargs)
        self.fresh_seen = stock.stamp(supply) if supply else ""
        for name in ("stock",) if supply else ("is_active", "seen"):
            del self.fields[name]


class NoteForm(forms.Form):
    """交班留言."""

    use_required_attribute = False
    words = WordsField(
        label="给下一班留言", max_length=500, help_text="还有什么没办完、谁来拿东西、要留意什么。不写居民的电话。",
        error_messages={"required": "写一句要交待的事", "max_length": "最多500字，请写要点"},
    )  # fmt: skip
    refused_with = 422

    @property
    def status(self) -> int:
        """Of the page that shows the form: 200 before it was sent."""
        return self.refused_with if self.is_bound else 200

    def refuse(self, refusal):
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        self.refused_with = refusal.http_status
