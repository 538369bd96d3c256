"""Two dispatchers at the same rule: one changes it, the other is told; with a control."""

from contextlib import nullcontext

import pytest
from django.db import IntegrityError

from accounts.models import AuditEntry
from stations.models import Area
from tests.factories import CategoryFactory, House
from tests.racing import all_read, at_once, meeting
from tickets import rulebook, workflow
from tickets.models import Rule

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TRIES = 10


@pytest.fixture
def house(transactional_db):
    return House()


def first_rule_at_once(house):
    """Both make the first rule of one category, each seeing none; what they got."""
    category = CategoryFactory()
    seen = rulebook.stamp(Rule(area=house.area, category=category))
    calls = [
        lambda days=days: rulebook.change(
            house.area, category, by=house.dispatcher, seen=seen, unit=house.unit, reply_days=days
        )
        for days in (2, 3)
    ]
    return category, at_once(*calls)


def test_one_of_two_makes_the_first_rule_and_the_other_is_told(house):
    for _ in range(TRIES):
        category, got = first_rule_at_once(house)

        assert sorted(isinstance(one, workflow.Conflict) for one in got) == [False, True]
        rule = Rule.objects.get(category=category)
        changes = AuditEntry.objects.filter(action="rule_changed", detail__startswith=f"{category}：答复")
        assert [entry.detail for entry in changes] == [
            f"{category}：答复 1个工作日 → {rule.reply_days}个工作日"
        ]


def test_without_the_lock_the_database_has_to_refuse_one(house, monkeypatch):
    """Negative control: only the unique constraint is left, and the slower one reads no sentence."""

    class Unlocked:
        def get(self, **kwargs):
            return nullcontext()

    monkeypatch.setattr(type(Area.objects), "select_for_update", lambda *args, **kwargs: Unlocked())
    rules = type(Rule.objects)
    monkeypatch.setattr(rules, "shown", all_read(rules.shown, meeting(2)))

    _, outcomes = first_rule_at_once(house)

    assert [isinstance(one, IntegrityError) for one in outcomes].count(True) == 1
