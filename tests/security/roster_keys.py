"""What test_over_posting tries on the forms of rosters: every column as a key, and the forms that share an address."""

from django.apps import apps
from django.db import models
from django.urls import reverse

from tests.volunteers.rosters import profile_of
from volunteers.models import Skill

# Named by buttons on another page than the one that takes them.
NAMED_ELSEWHERE = {
    "volunteers:take": {"profile", "from"},
    "volunteers:wait": {"profile", "from"},
    "volunteers:stop_waiting": {"from"},
    **{
        f"volunteers:{name}": {"why", "from"} for name in ("accept", "decline", "seek", "keep", "withdraw", "excuse")
    },
}  # fmt: skip


def columns(admin) -> dict:
    """Every column of a roster's tables, under both its names, with what somebody would like to stand there."""
    fields = [
        field
        for model in apps.get_app_config("volunteers").get_models()
        for field in model._meta.concrete_fields
        if not field.primary_key
    ]
    forged = [(field, _forged(field, admin)) for field in fields]
    return {name: value for field, value in forged for name in (field.name, field.attname)}


def _forged(field, admin):
    if field.is_relation and field.related_model is type(admin):
        return admin.pk
    if field.is_relation:
        return field.related_model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 1
    if field.choices:
        return field.choices[-1][0]
    for kind, value in VALUES:
        if isinstance(field, kind):
            return value
    return "forged"


VALUES = (
    (models.DateTimeField, "2020-01-01T00:00+08:00"),
    (models.DateField, "2020-01-01"),
    (models.TimeField, "03:00"),
    (models.BooleanField, "on"),
    (models.IntegerField, 9),
    (models.JSONField, "[]"),
)


HOURS = {"monthly_hours": 8, "weekly_hours": 6, "about": "会下棋"}
AWAY = {"from_on": "2026-12-24", "until_on": "2026-12-26"}
GUARDIAN = {"born_on": "2010-05-01", "guardian_name": "胡大勇", "guardian_consented_on": "2026-11-01"}
MOVED = {"do": "move", "on": "2026-12-15", "first": "14:00", "last": "16:00"}


def more(stage):
    """(route, role, address, what is sent) of forms at the same address as the one in cast.BODIES."""
    crew, duty, by_hand = stage.crews[0], stage.duties[0], stage.patterns[0].by_hand
    skill = Skill.objects.get_or_create(name="理发")[0].pk
    newcomer, spare = profile_of(stage.house.lead).user.phone, by_hand.seats.last().pk
    sent = [
        ("my_part", ["times"], {"day0": ["am"]}),
        ("my_part", ["consent"], {"shows_name": "on"}),
        ("my_part", ["capacity"], HOURS),
        ("my_part", ["skills"], {"skills": [skill]}),
        ("my_part", ["absence"], AWAY),
        ("part", [crew.profile.pk, "capacity"], HOURS),
        ("part", [crew.profile.pk, "skill"], {"skill": skill}),
        ("part", [crew.profile.pk, "guardian"], GUARDIAN),
        ("team", [crew.team.pk], {"what": "member", "words": newcomer}),
        ("attend", [duty.today.pk], {"step": "excuse", "reason": "发烧"}),
        ("attend", [duty.forgotten.pk], {"step": "confirm", "at": "12:00"}),
        ("edit_shift_of_day", [by_hand.pk], MOVED),
        ("edit_shift_of_day", [by_hand.pk], {"do": "seat", "who": "anybody", "need": "wished"}),
        ("edit_shift_of_day", [by_hand.pk], {"do": "remove", "seat": spare}),
    ]
    for name, args, data in sent:
        route = f"volunteers:{name}"
        yield route, "volunteer" if name == "my_part" else "lead", reverse(route, args=args), data
