"""The rules page: what each rule says and what is wrong with it, who may change it, and what was changed."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from stations.models import Unit
from tests.factories import (
    BuildingFactory,
    CategoryFactory,
    EmergencyFactory,
    House,
    RuleFactory,
    UnitFactory,
    person,
)
from tests.tickets.loop import end_posts
from tickets import routing, rulebook
from tickets.models import Rule

RULES, QUEUE = reverse("tickets:rules"), reverse("tickets:queue")


@pytest.fixture
def dispatcher(house, client_of):
    return client_of(house.dispatcher)


def url(house, category=None):
    return reverse("tickets:rule", args=[house.area.pk, (category or house.category).pk])


def rule_of(house, category=None):
    return Rule.objects.shown(house.area, category or house.category)


def form(house, category=None, **fields):
    seen = rulebook.stamp(rule_of(house, category))
    return {"whom": "kind-property", "reply_days": 1, "resolve_days": 5, "seen": seen, **fields}


def text(answer):
    return answer.content.decode()


def row(page, category):
    return next(row for row in page.context["rows"] if row.category == category)


def test_name_that_was_not_given_rightly_stays_masked(house, dispatcher):
    post = house.colleague.active_posts[0]
    AuditEntry.objects.create(action="enrolled", post=post, detail=AuditEntry.OTHER_NAME)
    sent = form(house, whom=f"unit-{house.unit.pk}", person=house.colleague.pk)

    answer = dispatcher.post(url(house), sent, follow=True)

    assert rule_of(house).person == house.colleague
    assert "吴**" in text(answer) and "吴强" not in text(answer) + text(dispatcher.get(url(house)))


def test_page_says_each_rule_in_words(house, dispatcher):
    named = CategoryFactory(name="消防设施")
    leak = EmergencyFactory()
    RuleFactory(
        area=house.area, category=named, unit=house.unit, person=house.staff, reply_days=2, is_automatic=True
    )

    page = dispatcher.get(RULES)

    assert list(row(page, named).said.values()) == ["安居物业", "周建华", "2个工作日", "5个工作日", "是"]
    assert list(row(page, house.category).said.values())[:2] == ["按楼栋找物业", "没有定"]
    assert row(page, leak).said["派给"] == "由派单员选"
    assert row(page, leak).said["答复"] == "2小时，不分昼夜"


@pytest.mark.parametrize("who", ["volunteer", "lead", "staff", "unit_lead", "admin", "outsider"])
def test_page_and_form_are_refused_to_others(house, client_of, who):
    client = client_of(getattr(house, who))

    assert [client.get(address).status_code for address in (RULES, url(house))] == [403, 403]


def test_secretary_reads_and_changes_nothing(house, client_of):
    client = client_of(house.secretary)

    page, answer = client.get(RULES), client.post(url(house), form(house, reply_days=2))

    assert page.context["may_change"] is False and url(house) not in text(page)
    assert answer.status_code == 403
    assert rule_of(house).reply_days == 1


def test_secretary_of_the_street_chooses_the_community(house, client_of):
    other = House()
    other.area.parent = house.area.parent
    other.area.save()
    client = client_of(person("secretary", area=house.area.parent))

    page = client.get(RULES, {"area": other.area.pk})

    assert page.context["area"] == other.area
    assert set(page.context["areas"]) == {house.area, other.area}


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 40, "", "foreign"])
def test_unknown_or_foreign_community_gives_way_to_the_own(house, dispatcher, asked):
    asked = House().area.pk if asked == "foreign" else asked

    assert dispatcher.get(RULES, {"area": asked}).context["area"] == house.area


def test_change_is_kept_and_written_down_with_before_and_after(house, dispatcher):
    fields = {"whom": f"unit-{house.unit.pk}", "person": house.staff.pk, "resolve_days": 3}

    answer = dispatcher.post(url(house), form(house, **fields, is_automatic="on"), follow=True)

    rule = rule_of(house)
    assert (rule.unit, rule.unit_kind, rule.person) == (house.unit, "", house.staff)
    assert (rule.reply_days, rule.resolve_days, rule.is_automatic) == (1, 3, True)
    entries = AuditEntry.objects.filter(action="rule_changed")
    assert {(entry.actor, entry.area, entry.post.role) for entry in entries} == {
        (house.dispatcher, house.area, "dispatcher")
    }
    name = house.category.name
    assert {entry.detail for entry in entries} == {
        f"{name}：派给 按楼栋找物业 → 安居物业",
        f"{name}：先告诉 没有定 → 周建华",
        f"{name}：办结 5个工作日 → 3个工作日",
        f"{name}：自动派单 否 → 是",
    }
    assert {change.what for change in answer.context["history"]} == {entry.detail for entry in entries}


def test_nothing_changed_writes_nothing(house, dispatcher):
    answer = dispatcher.post(url(house), form(house), follow=True)

    assert "没有变化" in text(answer)
    assert not AuditEntry.objects.filter(action="rule_changed").exists()


def test_first_rule_of_a_category_is_made(house, dispatcher):
    category = CategoryFactory()

    dispatcher.post(url(house, category), form(house, category, whom=f"unit-{house.other_unit.pk}"))

    assert Rule.objects.get(area=house.area, category=category).unit == house.other_unit


def test_category_looked_at_and_left_alone_gets_no_rule(house, dispatcher):
    category = CategoryFactory()

    dispatcher.post(url(house, category), form(house, category, whom=""))

    assert not Rule.objects.filter(category=category).exists()


def test_whoever_is_slower_sees_the_rule_as_it_is_now(house, dispatcher):
    slow = form(house, reply_days=9, resolve_days=9)
    dispatcher.post(url(house), form(house, reply_days=2))

    answer = dispatcher.post(url(house), slow)

    assert answer.status_code == 409
    assert "刚刚被别人改过" in text(answer)
    assert answer.context["form"]["reply_days"].value() == 2
    assert rule_of(house).reply_days == 2


def test_namesake_takes_over(house, dispatcher):
    namesake = person("unit_staff", unit=house.unit, name=house.staff.name)
    dispatcher.post(url(house), form(house, person=house.staff.pk))

    dispatcher.post(url(house), form(house, person=namesake.pk))

    assert rule_of(house).person == namesake
    last = AuditEntry.objects.filter(action="rule_changed").first()
    assert last.detail == f"{house.category}：先告诉 周建华 → 同名的另一位"


def test_same_change_sent_twice_is_one_change(house, dispatcher):
    sent = form(house, reply_days=2)

    answers = [dispatcher.post(url(house), sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert AuditEntry.objects.filter(action="rule_changed").count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reply_days": 0}, "reply_days"),
        ({"reply_days": 61, "resolve_days": 60}, "reply_days"),
        ({"reply_days": "x"}, "reply_days"),
        ({"reply_days": ""}, "reply_days"),
        ({"resolve_days": 61}, "resolve_days"),
        ({"resolve_days": "9" * 40}, "resolve_days"),
        ({"reply_days": 3, "resolve_days": 2}, "resolve_days"),
        ({"whom": "kind-palace"}, "whom"),
        ({"whom": "unit-0"}, "whom"),
        ({"whom": "", "is_automatic": "on"}, "whom"),
        ({"person": "0"}, "person"),
        ({"person": "x"}, "person"),
    ],
)
def test_bad_values_are_said_at_their_field_and_nothing_is_lost(house, dispatcher, fields, field):
    answer = dispatcher.post(url(house), form(house, **fields))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert str(answer.context["form"][field].value()) == str(fields.get(field, ""))
    assert rule_of(house).reply_days == 1


def test_errors_of_the_two_limits_name_their_field(house, dispatcher):
    page = text(dispatcher.post(url(house), form(house, reply_days="", resolve_days="0")))

    assert "“几天内答复”填1到60的整数" in page and "“几天内办结”填1到60的整数" in page


@pytest.mark.parametrize("whom", ["", "kind-property"])
def test_person_must_serve_where_the_rule_sends_to(house, dispatcher, whom):
    answer = dispatcher.post(url(house), form(house, whom=whom, person=house.other_staff.pk))

    assert answer.status_code == 422
    assert rule_of(house).person is None


def test_extra_keys_change_nothing(house, dispatcher):
    other = House()
    extra = {"area": other.area.pk, "category": CategoryFactory().pk, "id": 1, "unit": other.unit.pk}

    dispatcher.post(url(house), {**form(house, reply_days=2), **extra})

    rule = rule_of(house)
    assert (rule.area, rule.category, rule.unit, rule.reply_days) == (house.area, house.category, None, 2)


def test_form_of_an_emergency_asks_for_no_reply_days(house, dispatcher):
    leak = EmergencyFactory()

    page = dispatcher.get(url(house, leak))
    dispatcher.post(url(house, leak), form(house, leak, reply_days=9, resolve_days=2))

    assert "2小时内答复，不分昼夜" in text(page) and 'name="reply_days"' not in text(page)
    assert (rule_of(house, leak).reply_days, rule_of(house, leak).resolve_days) == (1, 2)


@pytest.mark.parametrize("which", ["foreign area", "inactive category", "missing category", "huge"])
def test_other_peoples_and_missing_rules_read_alike(house, dispatcher, which):
    args = {
        "foreign area": (House().area.pk, house.category.pk),
        "inactive category": (house.area.pk, CategoryFactory(is_active=False).pk),
        "missing category": (house.area.pk, 10**9),
        "huge": (10**30, 10**30),
    }[which]

    assert dispatcher.get(reverse("tickets:rule", args=args)).status_code == 404


# What is wrong with a rule ------------------------------------------------------------------------------


def close(house):
    Unit.objects.filter(pk=house.unit.pk).update(is_active=False)


def leave(house):
    end_posts(house.staff)


def empty(house):
    for who in (house.staff, house.colleague, house.unit_lead):
        end_posts(who)


@pytest.mark.parametrize(
    ("rule", "happens", "fault"),
    [
        ("unit", close, "安居物业已停用"),
        ("unit", empty, "安居物业现在没有人"),
        ("kind", close, "社区里没有正在使用的“物业”单位"),
        ("kind", empty, "社区里的“物业”单位现在没有人"),
        ("person", leave, "周建华已不在责任单位，先告诉不到"),
    ],
)
def test_rule_whose_unit_or_person_is_gone_is_warned_about(house, dispatcher, rule, happens, fault):
    named = {"unit": {"unit": house.unit}, "kind": {"unit_kind": "property"}}
    fields = {"unit": house.unit, "person": house.staff} if rule == "person" else named[rule]
    Rule.objects.filter(category=house.category).update(**{"unit_kind": "", **fields})
    assert "note q-gone" not in text(dispatcher.get(QUEUE))

    happens(house)

    assert row(dispatcher.get(RULES), house.category).faults == [fault]
    assert fault in text(dispatcher.get(url(house)))
    banner = text(dispatcher.get(QUEUE))
    assert f"{fault}。" in banner and f"{RULES}?area={house.area.pk}" in banner


def test_automatic_rule_without_a_unit_is_warned_about(house):
    RuleFactory(area=house.area, is_automatic=True)

    assert [fault for _, fault in rulebook.faults(routing.Router.of([house.area]))] == [
        "要自动派单，却没有定派给谁"
    ]


def test_centre_serves_where_there_is_no_property(house):
    close(house)
    centre = UnitFactory(area=house.area, kind="property_centre")
    person("unit_staff", unit=centre)

    assert rulebook.faults(routing.Router.of([house.area])) == []


def test_rule_of_a_category_not_used_any_more_warns_of_nothing(house):
    house.category.is_active = False
    house.category.save()
    close(house)

    assert rulebook.faults(routing.Router.of([house.area])) == []


def test_queue_proposes_no_unit_without_people_and_offers_it_as_closed(house, dispatcher):
    for who in (house.staff, house.colleague, house.unit_lead):
        end_posts(who)
    house.receive(building=BuildingFactory(area=house.area))
    ticket = house.receive()

    page = dispatcher.get(QUEUE, {"ticket": ticket.number})

    chips = {chip["label"]: chip["attrs"]["disabled"] for chip in page.context["units"]}
    assert chips == {"安居物业（没有人）": True, "房管服务中心": False}
    assert page.context["why"] == "规则归安居物业，那里现在没有人，请另选"


def test_rules_page_asks_the_same_for_3_and_30(house, dispatcher, django_assert_max_num_queries):
    asked = []
    for count in (2, 27):
        for _ in range(count):
            RuleFactory(area=house.area, unit=house.unit, person=house.staff)
        with django_assert_max_num_queries(11) as statements:
            dispatcher.get(RULES)
        asked.append(len(statements))

    assert asked[0] == asked[1]
