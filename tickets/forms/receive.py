"""The desk's form: only the words are required. Reads building and telephone as people say them."""

import uuid

from django import forms
from django.db import DEFAULT_DB_ALIAS
from django.forms.models import ModelChoiceIterator

from stations.addresses import read_place, said_in
from stations.composed import Composed
from stations.fields import LineField, ResidentPhoneField, WordsField
from stations.models import Building
from tickets.duplicates import Typed
from tickets.forms.photos import WithPhotos
from tickets.models import Category
from tickets.models.ticket import WORDS_LIMIT, where
from tickets.workflow import Conflict

WORDS_MISSING = "填写发生了什么，例如：三单元二楼楼道灯不亮"
CALL_FIRST = "急事先打电话"
KEY_DIGITS = 10  # a longer number is no key of ours
STALE = "这张表不完整，请看一遍再按一次“接单”"


class UrgentLast(ModelChoiceIterator):
    """The categories of every day, then the emergencies as a group of their own."""

    def __iter__(self):
        categories = list(self.queryset)
        yield from (self.choice(c) for c in categories if not c.is_emergency)
        if urgent := [self.choice(c) for c in categories if c.is_emergency]:
            yield CALL_FIRST, urgent


class CategoryField(forms.ModelChoiceField):
    iterator = UrgentLast
    area: int  # the community by whose rule it will go on

    def to_python(self, value):
        """One of those in use, or None where none was chosen."""
        if value in self.empty_values:
            return None
        is_key = value.isdecimal() and len(value) < KEY_DIGITS
        found = Category.objects.chosen(int(value), area=self.area) if is_key else None
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


# Every filing asks it; of all the buildings only the one that is meant is made a model.
_buildings_of = Composed(
    lambda area: Building.objects.filter(area=area).values_list("id", "area_id", "name", named=True)
)


class ReceiveForm(WithPhotos):
    """One request at one station. `submission` is what the page carries so that pressing twice files once."""

    use_required_attribute = False

    words = WordsField(
        label="发生了什么", help_text="说清哪里、什么现象", strip=False, max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True, "autocomplete": "off"}),
        error_messages={"required": WORDS_MISSING, "max_length": f"最多{WORDS_LIMIT}字，请写要点"},
    )  # fmt: skip
    category = CategoryField(
        Category.objects.active(), label="类别", help_text="按数字键选", required=False, empty_label=None,
        blank=True, widget=forms.RadioSelect(attrs={"class": "keys picks-4 keep-2"}),
        error_messages={"invalid_choice": "这个类别已停用，请另选一个"},
    )  # fmt: skip
    building = LineField(
        label="楼栋", help_text="例如 24 或 3栋2单元", max_length=60,
        widget=forms.TextInput(attrs={"list": "buildings", "autocomplete": "off"}),
    )  # fmt: skip
    room = LineField(label="房号", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    name = LineField(label="怎么称呼", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = ResidentPhoneField(help_text="用来通知结果")
    submission_id = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args, station, **kwargs):
        super().__init__(*args, **kwargs)
        self.station = station
        self.fields["category"].area = station.area_id
        self.buildings = _buildings_of(station.area_id)
        self.submission = uuid.uuid4()

    def clean_words(self):
        words = self.cleaned_data["words"]
        if not words.strip():
            raise forms.ValidationError(WORDS_MISSING)
        return words

    def clean(self):
        """Keep the number the page came with: it tells a second press from a second matter."""
        data = super().clean()
        broken = self.errors.pop("submission_id", None)
        if broken or not data.get("submission_id"):
            self.add_error(None, STALE)
        else:
            self.submission = data["submission_id"]
        data["called"] = self._was_called(data)
        if "building" in data:
            found, data["place"] = read_place(data["building"], self.buildings)
            data["building"] = self._building(found)
        return data

    def typed(self) -> Typed:
        """What the form says so far, right or wrong elsewhere; the building also where only the words name it."""
        self.is_valid()
        words = self.cleaned_data.get("words") or ""
        building = self.cleaned_data.get("building") or self._building(said_in(words, self.buildings))
        return Typed(words, self.cleaned_data.get("category"), building)

    def joining(self, ticket) -> dict:
        """For workflow.attach; the place only where it is not the ticket's, behind the building if one was named."""
        facts = {
            name: self.cleaned_data[name] for name in ("words", "name", "phone", "room", "submission_id")
        }
        building, place = self.cleaned_data["building"], self.cleaned_data["place"]
        is_there = place == ticket.place and (building is None or building.pk == ticket.building_id)
        return {**facts, "place": "" if is_there else where(building and building.name, place)}

    def calm(self):
        """Not urgent after all: the category is to be chosen again, all else stays as typed."""
        self.data = self.data.copy()
        self.data.pop("category", None)
        del self.fields["words"].widget.attrs["autofocus"]
        self.fields["category"].widget.attrs["autofocus"] = True

    def urgent_apart_from(self, ticket) -> Category | None:
        """An emergency that would be lost in a ticket which is none."""
        category = self.cleaned_data["category"]
        is_lost = category is not None and category.is_emergency and not ticket.is_emergency
        return category if is_lost else None

    def _building(self, found) -> Building | None:
        return found and Building.from_db(DEFAULT_DB_ALIAS, found._fields, found)

    def _was_called(self, data) -> bool:
        """The button names the category whose number it showed; another one has another number."""
        category = data.get("category")
        return category is not None and self.data.get("called") == str(category.pk)

    @property
    def emergencies(self) -> list[Category]:
        """Those among the choices; read only once for both."""
        return [category for category in self.fields["category"].queryset if category.is_emergency]

    def refuse(self, refusal):
        """Say why it was not filed; a submission that is used up gets a fresh number for the next press."""
        self.add_error(getattr(refusal, "field", None), str(refusal))
        if isinstance(refusal, Conflict):
            self.submission = uuid.uuid4()

    @property
    def unfolded(self) -> bool:
        """In 大字版 the optional fields are folded, unless there is something in them to be seen."""
        return any(self[name].value() or self[name].errors for name in ("room", "name"))
