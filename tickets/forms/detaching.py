"""The form of 另开一单: whom of those who joined, and what else is known of their matter."""

import uuid

from django import forms

from tickets import presenting
from tickets.forms.verbs import PlacedForm, words_field
from tickets.models import Reporter, Ticket
from tickets.permissions import may_detach
from tickets.workflow.detaching import WHY, place_of
from tickets.workflow.door import NOT_THEIRS

ALREADY = "这位反映人已经另开了一单，编号{}，不用再开。"
NOBODY = "这张工单上没有您能另开一单的反映人：要是后来加入的，由他来过的站或派单员来办。"
STALE = "这一页不完整，请看一遍再按一次“另开一单”"
QUICK = ("说的是另一件事，登记时加错了", "那一张办完了，这位的事还没办")
OPENING = 30
PLACE = {"category", "building", "place"}


def made_by(data, user) -> Ticket | None:
    """The ticket this person has made for the same reporter with the form that comes again, if they may see it."""
    try:
        key = uuid.UUID(data.get("key", ""))
    except ValueError:
        return None
    made = Ticket.objects.visible_to(user).filter(submission_id=key, split_from__isnull=False).first()
    return made if made and str(made.reporters.first().pk) == data.get("reporter") else None


class DetachForm(PlacedForm):
    """Category, building and place stand as on the ticket they joined, or as they said themselves."""

    field_order = ("reporter",)

    reporter = forms.ModelChoiceField(
        Reporter.objects.none(), label="哪一位", empty_label=None,
        widget=forms.RadioSelect(attrs={"class": "picks-1"}),
        error_messages={"required": "请选哪一位", "invalid_choice": NOT_THEIRS},
    )  # fmt: skip
    reason = words_field(
        "为什么另开", WHY, rows=2, quick=QUICK, help_text="两张的经办人都会看到；不要写居民的姓名和电话"
    )
    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": STALE, "invalid": STALE})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        everybody = list(Reporter.objects.shown_on(self.ticket))
        self.known = {
            one.pk: one for one in everybody if may_detach(self.user, self.ticket, one, now=self.now).allowed
        }
        self.dead_end = self._already() or ("" if self.known else NOBODY)
        self.meant = self._meant()
        self._offer_reporters(everybody)
        self.keep_category(self._joined)
        self._propose()
        if self.meant is None or (self.is_bound and not self.data.keys() & PLACE):
            self._leave_the_place_to_them()

    @property
    def whom(self) -> presenting.Contact | None:
        """Who is meant, as this reader sees them; None while that is still to be chosen."""
        shown = (c for c in self.contacts if self.meant and c.pk == self.meant.pk)
        return next(shown, None)

    @property
    def _joined(self) -> Ticket:
        """The ticket they joined, which may have been merged into this one."""
        return self.meant.ticket if self.meant else self.ticket

    @property
    def _named(self) -> str:
        """The reporter that the link or the form names."""
        return str((self.data if self.is_bound else self.initial).get("reporter", ""))

    def _meant(self) -> Reporter | None:
        """Who is named, or the only one there is."""
        found = next((one for pk, one in self.known.items() if str(pk) == self._named), None)
        is_only = len(self.known) == 1 and not self._named
        return found or (next(iter(self.known.values())) if is_only else None)

    def _already(self) -> str:
        """That the one who is named has got a ticket from this one before: the page is an old one."""
        if not self._named or self._named in map(str, self.known):
            return ""
        made = (
            e.data["number"] for e in self.ticket.events.parting() if str(e.data["reporter"]) == self._named
        )
        return next(map(ALREADY.format, made), "")

    def _offer_reporters(self, everybody):
        field, said = self.fields["reporter"], {pk: one.words for pk, one in self.known.items()}
        field.queryset = Reporter.objects.filter(pk__in=self.known)
        self.contacts = presenting.contacts(self.ticket, everybody, self.user, now=self.now)
        names = {contact.pk: contact.name for contact in self.contacts}
        field.label_from_instance = lambda one: f"{names[one.pk]}：{said[one.pk][:OPENING]}"
        if self.meant:
            self.initial["reporter"], field.widget = self.meant.pk, forms.HiddenInput()

    def _leave_the_place_to_them(self):
        """What a ticket has already is not offered before it is known whose it will be."""
        for name in PLACE:
            del self.fields[name]

    def _propose(self):
        """What stands in the fields before somebody changes it."""
        building, place = place_of(self.meant) if self.meant else (None, "")
        known = {"category": self._joined.category, "building": building, "place": place, "key": uuid.uuid4()}
        self.initial = {**known, **self.initial}
