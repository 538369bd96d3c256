"""The skills that stations ask for first; the admin keeps the list from here on."""

from django.db import migrations

# Those with True are seen on paper: 特种作业操作证, 医师执业证.
SKILLS = (
    ("瓦工", False),
    ("木工", False),
    ("漆工", False),
    ("水电工", True),
    ("焊工", True),
    ("石匠", False),
    ("勤杂工", False),
    ("理发", False),
    ("家电维修", False),
    ("义诊", True),
)


def add(apps, schema_editor):
    skill = apps.get_model("volunteers", "Skill")
    for ordinal, (name, needs_proof) in enumerate(SKILLS, start=1):
        skill.objects.get_or_create(name=name, defaults={"ordinal": ordinal, "needs_proof": needs_proof})


def take_away(apps, schema_editor):
    """Only those that nobody has and no seat asks for."""
    names = [name for name, _ in SKILLS]
    unused = apps.get_model("volunteers", "Skill").objects.filter(name__in=names, holders=None)
    seats = [apps.get_model("volunteers", model) for model in ("Seat", "SeatPattern")]
    asked = {pk for model in seats for pk in model.objects.exclude(skill=None).values_list("skill", flat=True)}
    unused.exclude(pk__in=asked).delete()


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0007_askings_are_answered")]
    operations = [migrations.RunPython(add, take_away)]
