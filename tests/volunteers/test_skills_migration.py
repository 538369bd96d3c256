"""The skills that come with the installation, and what is taken back of them."""

from importlib import import_module

import pytest
from django.apps import apps

from tests.volunteers.rosters import volunteer
from volunteers.models import ProfileSkill, Skill

migration = import_module("volunteers.migrations.0008_skills_of_the_house")


@pytest.fixture
def added(db):
    migration.add(apps, None)


def test_skills_are_added_once(added):
    migration.add(apps, None)

    assert set(Skill.objects.filter(needs_proof=True).values_list("name", flat=True)) == {
        "水电工",
        "焊工",
        "义诊",
    }
    assert Skill.objects.count() == 10


def test_skills_in_use_stay_when_it_is_reversed(added, house):
    skill = Skill.objects.get(name="理发")
    ProfileSkill.objects.create(profile=volunteer(house.station), skill=skill)

    migration.take_away(apps, None)

    assert list(Skill.objects.all()) == [skill]
