"""The Django admin: for role admin, configuration only, nothing deleted."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.templatetags.static import static
from django.urls import reverse

from accounts.models import AuditEntry, Post, User
from stations.models import Station
from tests.factories import PASSWORD, CategoryFactory, UnitFactory, UserFactory, person
from tickets.models import Category

INDEX = reverse("admin:index")
REGISTERED = {
    "user", "post", "auditentry", "area", "station", "unit", "building", "supply", "profile", "category", "rule",
    "skill", "team", "project",
}  # fmt: skip
NOBODYS = ["volunteer", "lead", "staff", "unit_lead", "dispatcher", "secretary"]


@pytest.fixture
def window(house, client_of):
    return client_of(house.admin)


def add(model):
    return reverse(f"admin:{model}_add")


def test_only_configuration_is_registered():
    assert {model._meta.model_name for model in admin.site._registry} == REGISTERED


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda model: model._meta.label))
def test_every_list_opens_and_searches(window, model):
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")

    assert window.get(page).status_code == 200
    assert window.get(page, {"q": "刘"}).status_code == 200


@pytest.mark.parametrize("page", [INDEX, "/admin/stations/area/", "/admin/stations/area/add/"])
def test_pages_have_our_icon(window, page):
    """Else each browser asks for /favicon.ico, which is a 404."""
    assert static("img/mark.svg") in window.get(page).content.decode()


@pytest.mark.parametrize("role", NOBODYS)
def test_admin_is_for_admins(house, client_of, role):
    response = client_of(getattr(house, role)).get(INDEX, follow=True)

    assert response.status_code == 404


def test_stranger_meets_the_door_with_the_throttle(client, db):
    assert client.get(INDEX, follow=True).request["PATH_INFO"] == reverse("accounts:login")
    assert client.get("/admin/login/?next=/admin/").url.startswith(reverse("accounts:login"))
    form = {"username": "13800138000", "password": PASSWORD}
    assert client.post("/admin/login/", form).url.startswith(reverse("accounts:login"))
    assert "_auth_user_id" not in client.session


def test_admin_leaves_by_the_same_door(window, house):
    assert window.get("/admin/password_change/").url == reverse("accounts:password")
    assert window.post("/admin/logout/").headers["Clear-Site-Data"]
    assert AuditEntry.objects.filter(action="sign_out", actor=house.admin).exists()


def posts_formset():
    return {
        f"posts-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }


def test_new_person_gets_a_one_time_password(window):
    form = {"phone": "138 0013 1234", "name": "新来的", "is_active": "on", **posts_formset()}

    page = window.post(add("accounts_user"), form).content.decode()

    user = User.objects.get(phone="13800131234")
    password = page.split('class="one-time nw">')[1].split("<")[0]
    assert user.check_password(password)
    assert user.must_change_password
    assert LogEntry.objects.filter(object_id=str(user.pk)).exists()


def test_no_hash_is_shown(window, house):
    page = window.get(reverse("admin:accounts_user_change", args=[house.volunteer.pk])).content.decode()

    assert house.volunteer.password not in page
    assert "password" not in page.lower().replace("password_change", "").replace("accounts:password", "")


def test_nothing_that_others_name_is_deleted(window, house):
    rows = [
        house.volunteer,
        house.volunteer.posts.get(),
        house.station,
        house.unit,
        house.area,
        house.category,
    ]

    pages = [reverse(f"admin:{r._meta.app_label}_{r._meta.model_name}_delete", args=[r.pk]) for r in rows]

    assert {window.post(page, {"post": "yes"}).status_code for page in pages} == {403}


def test_post_is_given_with_both_records(window, house):
    user = UserFactory()

    window.post(add("accounts_post"), {"user": user.pk, "role": "dispatcher", "area": house.area.pk})

    post = user.posts.get()
    assert AuditEntry.objects.get(action="enrolled").post == post
    assert LogEntry.objects.get(object_id=str(post.pk)).user == house.admin


@pytest.mark.parametrize("fields", [{}, {"unit": "x"}, {"role": "volunteer"}])
def test_post_with_a_wrong_scope_is_refused(window, house, fields):
    form = {"user": house.staff.pk, "role": "dispatcher", **fields}

    response = window.post(add("accounts_post"), form)

    assert response.status_code == 200
    assert house.staff.posts.count() == 1


def act(window, action, *rows):
    model = rows[0]._meta.model_name
    form = {"action": action, "_selected_action": [row.pk for row in rows]}
    return window.post(reverse(f"admin:accounts_{model}_changelist"), form)


def test_post_is_ended_not_deleted(window, house):
    act(window, "end", house.staff.posts.get())

    assert house.staff.posts.get().ended_at
    assert AuditEntry.objects.get(action="post_ended").actor == house.admin
    assert LogEntry.objects.filter(user=house.admin).count() == 1


def test_last_admin_stays(window, house):
    act(window, "end", house.admin.posts.get())
    form = {"phone": house.admin.phone, "name": "管理员", **posts_formset()}
    window.post(reverse("admin:accounts_user_change", args=[house.admin.pk]), form)

    house.admin.refresh_from_db()
    assert house.admin.is_active
    assert Post.objects.active().as_role("admin").exists()


def test_admin_gives_a_one_time_password(window, house):
    page = act(window, "give_one_time_password", house.dispatcher).content.decode()

    house.dispatcher.refresh_from_db()
    assert house.dispatcher.check_password(page.split('class="one-time nw">')[1].split("<")[0])
    assert LogEntry.objects.get().object_id == str(house.dispatcher.pk)


def test_one_time_password_is_for_one_person(window, house):
    act(window, "give_one_time_password", house.staff, house.colleague)

    house.staff.refresh_from_db()
    assert house.staff.check_password(PASSWORD)


def test_audit_is_read_only(window, house):
    window.post(reverse("accounts:logout"))
    entry = AuditEntry.objects.get()
    window.force_login(house.admin)
    page = reverse("admin:accounts_auditentry_change", args=[entry.pk])

    assert window.get(page).status_code == 200
    assert window.post(page, {"detail": "x"}).status_code == 403
    assert window.get(add("accounts_auditentry")).status_code == 403


def test_station_is_made_with_hours(window, house):
    empty = {
        f"facilities-{n}": "0" for n in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    hours = {"opening_hours-TOTAL_FORMS": "1", "opening_hours-INITIAL_FORMS": "0"}
    hours |= {
        "opening_hours-0-weekday": "0",
        "opening_hours-0-opens_at": "09:00",
        "opening_hours-0-closes_at": "20:00",
    }
    form = {"area": house.area.pk, "name": "新站", "kind": "red_post", "code": "HY77", "is_active": "on"}

    window.post(add("stations_station"), form | empty | hours)

    assert Station.objects.get(code="HY77").opening_hours.count() == 1


def test_new_station_is_proposed_as_open_every_day(window):
    page = window.get(add("stations_station"))

    hours = page.context["inline_admin_formsets"][0].formset
    assert [form.initial["weekday"] for form in hours.forms] == list(range(7))


def test_places_are_offered_in_communities_only(window, house):
    offered = window.get(add("stations_unit")).context["adminform"].form.fields["area"].queryset

    assert house.area in offered
    assert house.area.parent not in offered


def test_building_is_served_by_units_of_its_own_community(window, house):
    foreign = UnitFactory()
    form = {"area": house.area.pk, "name": "77栋", "ordinal": "0", "units": [foreign.pk]}

    refused = window.post(add("stations_building"), form).content.decode()
    window.post(add("stations_building"), {**form, "units": [house.unit.pk]})

    assert "服务单位要属于同一个社区。" in refused
    assert list(house.unit.buildings.filter(name="77栋").values_list("area", flat=True)) == [house.area.pk]


def test_next_building_begins_where_the_last_one_was(window, house):
    form = {"area": house.area.pk, "name": "1栋", "ordinal": "1", "group": "1–5栋", "units": [house.unit.pk]}

    answer = window.post(add("stations_building"), {**form, "_addanother": "1"})

    again = window.get(answer.url).context["adminform"].form.initial
    assert (again["area"], again["group"], again["ordinal"]) == (str(house.area.pk), "1–5栋", "2")
    assert again["units"] == [str(house.unit.pk)]


def test_dispatcher_of_a_street_is_refused(window, house):
    form = {"user": UserFactory().pk, "role": "dispatcher", "area": house.area.parent.pk}

    page = window.post(add("accounts_post"), form).content.decode()

    assert "派单员要选一个社区。" in page
    assert not Post.objects.filter(area=house.area.parent).exists()


def test_index_says_in_which_order_a_community_is_set_up(window):
    page = window.get(INDEX)

    assert "新建一个社区，照这个顺序" in page.content.decode()
    assert [app["app_label"] for app in page.context["app_list"]] == [
        "stations",
        "tickets",
        "accounts",
        "volunteers",
    ]


def test_second_admin_can_be_switched_off(window):
    second = person("admin")
    form = {"phone": second.phone, "name": second.name, **posts_formset()}

    window.post(reverse("admin:accounts_user_change", args=[second.pk]), form)

    second.refresh_from_db()
    assert not second.is_active


def test_same_post_twice_is_refused_at_the_form(window, house):
    form = {"user": house.staff.pk, "role": "unit_staff", "unit": house.unit.pk}

    response = window.post(add("accounts_post"), form)

    assert "这个人已经有同样的岗位身份。" in response.content.decode()
    assert house.staff.posts.count() == 1


def test_people_are_found_by_the_last_digits(window, house):
    page = reverse("admin:accounts_user_changelist")

    assert "刘桂芳" in window.get(page, {"q": house.volunteer.phone[-4:]}).content.decode()
    assert "刘桂芳" not in window.get(page, {"q": "桂芳"}).content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"emergency_hours": "2"}, "紧急类别要写先打哪个电话，例如 119。"),
        ({"emergency_call": "119"}, "就要选几小时内答复"),
        ({"emergency_hours": "2", "emergency_call": "打119"}, "填写电话号码"),
        ({"emergency_hours": "3", "emergency_call": "119"}, "emergency_hours"),
    ],
)
def test_emergency_lacking_something_is_refused_at_its_field(window, fields, sentence):
    form = {"name": "燃气泄漏", "ordinal": "9", "is_active": "on", **fields}

    answer = window.post(add("tickets_category"), form)

    assert answer.status_code == 200
    assert sentence in str(answer.context["adminform"].form.errors) + answer.content.decode()
    assert not Category.objects.filter(name="燃气泄漏").exists()


def test_category_becomes_an_emergency(window, house):
    form = {
        "name": "燃气泄漏",
        "ordinal": "9",
        "is_active": "on",
        "emergency_hours": "2",
        "emergency_call": "119",
    }

    window.post(add("tickets_category"), form)

    assert Category.objects.get(name="燃气泄漏").is_emergency


def test_rule_changed_in_the_admin_stands_in_its_history(window, house):
    rule = house.category.rules.get()
    url = reverse("admin:tickets_rule_change", args=[rule.pk])

    window.post(url, {"unit": "", "unit_kind": "property", "reply_days": "2", "resolve_days": "5"})

    entry = AuditEntry.objects.get(action="rule_changed")
    assert (entry.area, entry.actor) == (house.area, house.admin)
    assert entry.detail == f"{house.category}：答复 1个工作日 → 2个工作日"


def test_rule_like_no_rule_can_be_made_in_the_admin(window, house):
    category = CategoryFactory()
    form = {"category": category.pk, "area": house.area.pk, "reply_days": "1", "resolve_days": "5"}

    answer = window.post(add("tickets_rule"), {**form, "unit": "", "unit_kind": ""})

    assert answer.status_code == 302
    assert category.rules.get().area == house.area
