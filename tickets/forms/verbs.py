"""One form for each verb of the ticket page. What the verb itself requires is checked again by workflow."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from stations import saying
from stations.fields import LineField, NumberField, ResidentPhoneField, WordsField
from stations.models import Building, Unit
from tickets import routing
from tickets.forms.photos import PhotosField, WithPhotos
from tickets.models import Category, Event, FeeMode, Outcome, Photo, Rating, Reporter, WithdrawReason
from tickets.models.ticket import WORDS_LIMIT
from tickets.permissions import leads_unit_of, sees_contact
from tickets.states import Status
from tickets.workflow.dispatching import moved_since, unit_seen
from tickets.workflow.jobs import Job, is_teams, team_of
from tickets.workflow.office import CORRECTED_MEANWHILE, last_correction
from volunteers.models import Profile
from volunteers.records import MOST

WORDS = "words"
JOB = ("fee_mode", "minutes", "done_by")
ONLY_OWN = "在别的站登记的反映人不在这里，由那个站或派单员来记"
TOO_LONG = f"最多{WORDS_LIMIT}字，请写要点"
# Said to the volunteer who asked; reports and lists use the labels of Rating.Channel.
ASKED = {Rating.Channel.DESK: "居民到站里说的", Rating.Channel.PHONE: "打电话问的"}


def words_field(label, required, *, rows=3, limit=WORDS_LIMIT, **more):
    """A text that must be given; `required` is the sentence shown when it is empty, `quick` are words to tap."""
    errors = {"required": required, "max_length": f"最多{limit}字，请写要点"}
    return WordsField(label=label, rows=rows, max_length=limit, error_messages=errors, **more)


def optional_words(label):
    errors = {"max_length": TOO_LONG}
    return WordsField(label=label, required=False, max_length=WORDS_LIMIT, error_messages=errors)


def event_seen(outdated):
    """The last event of a kind that the page knew of; `outdated` is said if the number was spoilt on its way."""
    wrong = dict.fromkeys(("invalid", "max_value"), outdated)
    return forms.IntegerField(
        required=False, max_value=2**63 - 1, widget=forms.HiddenInput, error_messages=wrong
    )


def choice_field(label, choices, required, css="picks-3"):
    """Radio chips with nothing preselected."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect(attrs={"class": css}),
        error_messages={"required": required, "invalid_choice": required},
    )


class VerbForm(forms.Form):
    """Knows the ticket and the person; `cleaned_data` is what the verb takes."""

    use_required_attribute = False
    preview = None  # what is shown before it is done, where that has to be seen first
    dead_end = ""  # why there is nothing to fill in, where the verb is allowed and yet comes to nothing
    # Under which name the event keeps a field, where it is another one.
    kept_as: ClassVar[dict[str, str]] = {}

    def __init__(self, *args, ticket, user, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.ticket, self.user, self.now = ticket, user, now

    def typed(self) -> list[tuple[str, str]]:
        """What was written by hand, with the labels: all that may be shown to whoever may not have the form."""
        written = [
            (field.label, self.data.get(self.add_prefix(name), "").strip())
            for name, field in self.fields.items()
            if isinstance(field, forms.CharField) and not field.widget.is_hidden
        ]
        return [(label, text) for label, text in written if text]

    def filled(self) -> dict[str, Any]:
        """What was filled in, by field, as the event keeps it; photos aside."""
        fields = [bound.name for bound in self.visible_fields() if not isinstance(bound.field, PhotosField)]
        said = {name: self.cleaned_data.get(name) for name in fields}
        return {name: _as_kept(value) for name, value in said.items() if value}

    def is_said_in(self, event: Event) -> bool:
        """Whether an event holds all that was filled in here, each under its own name."""
        kept = {**event.data, WORDS: event.words}
        return all(kept.get(self.kept_as.get(name, name)) == value for name, value in self.filled().items())

    def remark(self) -> str:
        """What whoever has done it should know of what was filled in; said beside that it was done."""
        return ""

    def name_of(self, reporter: Reporter) -> str:
        """As this reader finds the reporter on the ticket's page."""
        if sees_contact(self.user, self.ticket, reporter, now=self.now):
            return saying.reporter(reporter)
        return f"{saying.somebody(reporter)} {saying.masked_phone(reporter.phone)}".rstrip()


def _as_kept(value: Any) -> Any:
    """An object as its id, several as theirs in order, a day as its ISO form."""
    if isinstance(value, QuerySet):
        return sorted(one.pk for one in value)
    return value.isoformat() if isinstance(value, date) else getattr(value, "pk", value)


class ClaimForm(VerbForm):
    kept_as: ClassVar = {"colleague": "claimant"}
    colleague = forms.ModelChoiceField(
        User.objects.none(), label="由谁办", required=False, empty_label="我自己",
        error_messages={"invalid_choice": "请选本单位的人员"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if leads_unit_of(self.user, self.ticket):
            self.fields["colleague"].queryset = User.objects.of_unit(self.ticket.unit).exclude(
                pk=self.user.pk
            )
        else:
            del self.fields["colleague"]


class ReleaseForm(VerbForm):
    kept_as: ClassVar = {"reason": WORDS}
    reason = words_field("为什么放回", "写明为什么放回，让同事知道", help_text="同事会看到", rows=2)


class HandBackForm(VerbForm):
    kept_as: ClassVar = {"reason": WORDS}
    reason = words_field(
        "为什么退单", "写明为什么退单，最好写该找谁", help_text="派单员会看到；知道该归谁管，请写上", rows=2
    )


class ReopenForm(VerbForm):
    kept_as: ClassVar = {"reason": WORDS}
    reason = words_field("为什么重办", "写明为什么重办", help_text="经办人会看到", rows=2)


class RestoreForm(VerbForm):
    kept_as: ClassVar = {"reason": WORDS}
    reason = words_field("为什么恢复", "写明为什么恢复", rows=2)


class WithdrawForm(VerbForm):
    reason = choice_field("撤单原因", WithdrawReason.choices, "请选撤单原因", css="")
    reason.help_text = "同一件事登记了两次，用“并单”；不属于受理范围的，要先答复过居民"
    words = optional_words("补充说明")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        count = Reporter.objects.of_matter(self.ticket).count()
        if count > 1:
            field = self.fields["reason"]
            field.help_text = f"这件事有{count}位反映人，撤单对每一位都算数。{field.help_text}"

    def filled(self):
        said = super().filled()
        return {**said, "reason": WithdrawReason(said["reason"]).label}


class DispatchForm(VerbForm):
    kept_as: ClassVar = {"unit": "unit_id", "reason": WORDS}
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="派给", empty_label=None,
        widget=forms.RadioSelect(attrs={"class": "keys picks-2"}),
        error_messages={"required": "请选派给哪个单位", "invalid_choice": "请选本社区正在使用的责任单位，那里要有人"},
    )  # fmt: skip
    reason = words_field("为什么改派", "改派要写原因，让接手的单位知道", help_text="接手的单位会看到", rows=2)
    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = unit_seen(self.ticket)
        self.dead_end = self._moved()
        if self.dead_end:
            # Only to know the same press again, and to give back the reason.
            self.fields["unit"].queryset = Unit.objects.in_areas([self.ticket.area_id])
            self.fields["reason"].required = False
            return
        self.fields["unit"].queryset = routing.choices(self.ticket)
        self.fields["unit"].help_text = routing.skills_of_teams(self.ticket.area_id)
        if not self.ticket.unit_id:
            del self.fields["reason"]

    def clean(self):
        data = super().clean()
        data.pop("seen", None)
        return data

    def _moved(self) -> str:
        known = self.data.get(self.add_prefix("seen"), "")
        return moved_since(self.ticket, known, now=self.now) if known else ""


class ResolveForm(WithPhotos, VerbForm):
    photo_stage = Photo.Stage.FINISHED
    outcome = choice_field("办得怎么样", Outcome.choices, "请选办理结果", css="tall picks-3")
    words = words_field(
        "怎么办的", "写明怎么办的，居民会看到", help_text="居民会看到，例如：换了新接头，试了没有再漏"
    )
    # Of a volunteer team only.
    fee_mode = choice_field("收费吗？", FeeMode.choices, "请选收不收费", css="picks-3")
    fee_mode.help_text = "居民会看到；收了钱的不算志愿服务时间"
    done_by = forms.ModelMultipleChoiceField(
        Profile.objects.none(), label="谁办的", required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "请选本队的队员", "invalid_pk_value": "请选本队的队员"},
    )  # fmt: skip
    minutes = NumberField(
        label="每人用了多少分钟",
        least=1,
        most=MOST,
        required=False,
        help_text="免费的要填，记进各人的服务时间",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_teams(self.ticket):
            for name in JOB:
                del self.fields[name]
            return
        members = self.fields["done_by"].queryset = Profile.objects.members_of(team_of(self.ticket))
        if not members:
            del self.fields["done_by"]
        elif self.user.pk in [member.user_id for member in members]:
            self.initial["done_by"] = [member.pk for member in members if member.user_id == self.user.pk]

    def clean(self):
        """The three about the job become one."""
        data = super().clean()
        told = {name: data.pop(name) for name in JOB if name in data}
        return {**data, "job": Job(**told)} if "fee_mode" in told else data

    def filled(self):
        job = self.cleaned_data.get("job")
        return {
            **super().filled(),
            **{name: value for name, value in (job.data if job else {}).items() if value},
        }


class ReviewForm(VerbForm):
    """For a person who asked the resident by phone or at the desk."""

    reporter = forms.ModelChoiceField(
        Reporter.objects.none(), label="替哪位评", empty_label=None,
        error_messages={"required": "请选替哪位反映人评价", "invalid_choice": "请选这张工单的反映人"},
    )  # fmt: skip
    solved = choice_field("问题解决了吗？", Rating.Solved.choices, "请选问题解决了没有", css="tall picks-3")
    satisfied = choice_field(
        "居民满意吗？", Rating.Satisfied.choices, "请选居民满意不满意", css="tall picks-3"
    )
    words = optional_words("居民的话")
    channel = choice_field("怎么问到的", ASKED.items(), "请选怎么问到的", css="picks-2")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = list(
            Reporter.objects.of_matter(self.ticket).not_rated(self.ticket).values_list("pk", flat=True)
        )
        field = self.fields["reporter"]
        field.queryset = Reporter.objects.filter(pk__in=waiting).told_by(self.user)
        field.label_from_instance = saying.somebody
        if len(waiting) == 1:
            field.initial, field.widget = waiting[0], forms.HiddenInput()
        elif len(field.queryset) < len(waiting):
            field.help_text = ONLY_OWN


class CategoryChoice(forms.ModelChoiceField):
    """Emergencies say whom to call, since making one of a ticket is no call yet."""

    def label_from_instance(self, category):
        return (
            f"{category}（急事，先打{category.emergency_call}）" if category.is_emergency else str(category)
        )


class PlacedForm(VerbForm):
    """What a matter is about and where it is."""

    category = CategoryChoice(
        Category.objects.active(), label="类别", required=False, empty_label="没有类别",
        error_messages={"invalid_choice": "请选一个类别"},
    )  # fmt: skip
    building = forms.ModelChoiceField(
        Building.objects.none(), label="楼栋", required=False, empty_label="没有楼栋",
        error_messages={"invalid_choice": "请选本社区的楼栋"},
    )  # fmt: skip
    place = LineField(label="具体位置", max_length=60)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["building"].queryset = Building.objects.in_areas([self.ticket.area_id])

    def keep_category(self, ticket):
        """One that is not offered any more stays until somebody chooses another."""
        self.fields["category"].queryset |= Category.objects.filter(pk=ticket.category_id)


class AmendForm(PlacedForm):
    field_order = ("title", "words")
    title = LineField(
        label="标题", required=True, max_length=60,
        error_messages={"required": "写一个短标题", "max_length": "最多60字，请写短一些"},
    )  # fmt: skip
    words = words_field("发生了什么", "不能改成空的", strip=False)  # or untouched words would look amended
    room = LineField(label="房号", max_length=20)
    name = LineField(label="怎么称呼", max_length=30)
    phone = ResidentPhoneField()
    seen = event_seen(CORRECTED_MEANWHILE)
    reason = LineField(
        label="为什么更正", required=True, max_length=200, help_text="经办人会看到",
        error_messages={"required": "已派出的工单，更正要写原因", "max_length": "最多200字，请写短一些"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.ticket.status == Status.RECEIVED:
            del self.fields["reason"]
        self.keep_category(self.ticket)
        reporter = self.ticket.reporters.first()
        for name in ("title", "words", "category", "building", "place"):
            self.fields[name].initial = getattr(self.ticket, name)
        for name in ("name", "phone", "room"):
            self.fields[name].initial = getattr(reporter, name)
        self.fields["seen"].initial = last_correction(self.ticket)
