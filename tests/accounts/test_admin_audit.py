"""What the admin sets is written down beside Django's own log: what, where, by whom; of ticks and choices the value."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Post
from stations.models import Building, Facility
from tests.factories import UserFactory


@pytest.fixture
def window(house, client_of):
    return client_of(house.admin)


def change(obj):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def entries():
    return list(AuditEntry.objects.filter(action="configured").values_list("detail", "area", "person"))


def building(house, **fields):
    return {
        "area": house.area.pk,
        "name": "24栋",
        "ordinal": house.building.ordinal,
        "units": [house.unit.pk],
        **fields,
    }


def test_changed_building_is_named_with_its_fields(window, house):
    window.post(change(house.building), building(house, name="24幢", group="21–24栋"))

    assert Building.objects.get(pk=house.building.pk).name == "24幢"
    assert entries() == [("楼栋“24幢”：名称、楼群", house.area.pk, None)]
    assert AuditEntry.objects.get(action="configured").actor == house.admin


def test_switching_off_reads_otherwise_than_on_and_nothing_typed_is_told(window, house):
    form = {
        "name": house.unit.name,
        "area": house.area.pk,
        "kind": house.unit.kind,
        "phone": house.unit.phone,
    }
    window.post(change(house.unit), form)
    window.post(change(house.unit), {**form, "is_active": "on", "kind": "housing", "phone": "13800001234"})

    assert [detail for detail, *_ in entries()] == [
        f"责任单位“{house.unit}”：类型：物业→房管、电话、启用：否→是",
        f"责任单位“{house.unit}”：启用：是→否",
    ]


def test_saving_without_a_change_writes_nothing(window, house):
    window.post(change(house.building), building(house))

    assert entries() == []


def test_new_building_and_deleted_rule_are_written_down(window, house):
    rule = house.category.rules.get()

    window.post(reverse("admin:stations_building_add"), building(house, name="25栋"))
    window.post(reverse("admin:tickets_rule_delete", args=[rule.pk]), {"post": "yes"})

    assert [detail for detail, *_ in entries()] == [f"类别规则“{rule}”：删除", "楼栋“25栋”：新建"]


def test_rows_within_a_station_are_told(window, house):
    form = {"area": house.area.pk, "name": house.station.name, "kind": "red_rock"}
    form |= {"code": house.station.code, "phone": house.station.phone, "is_active": "on"}
    for prefix, total in (("opening_hours", 0), ("facilities", 1)):
        form |= {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": 0}
    form |= {"facilities-0-kind": "water", "facilities-0-note": ""}

    window.post(change(house.station), form)

    assert [detail for detail, *_ in entries()] == [f"站点“{house.station}”：加了设施“饮用水”"]


def test_changed_row_within_a_station_says_from_what_to_what(window, house):
    kept, gone = (Facility.objects.create(station=house.station, kind=kind) for kind in ("water", "seats"))
    form = {"area": house.area.pk, "name": house.station.name, "kind": house.station.kind}
    form |= {"code": house.station.code, "phone": house.station.phone, "is_active": "on"}
    form |= {"opening_hours-TOTAL_FORMS": 0, "opening_hours-INITIAL_FORMS": 0}
    form |= {"facilities-TOTAL_FORMS": 2, "facilities-INITIAL_FORMS": 2}
    form |= {"facilities-0-id": kept.pk, "facilities-0-kind": "charger", "facilities-0-note": "问王秀兰"}
    form |= {"facilities-1-id": gone.pk, "facilities-1-kind": "seats", "facilities-1-DELETE": "on"}

    window.post(change(house.station), form)

    [(said, *_)] = entries()
    assert "（设施：饮用水→充电、说明）" in said and "王秀兰" not in said


def test_list_edited_in_place_is_written_down(window, house):
    form = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "1"}
    form |= {"form-0-id": house.category.pk, "form-0-ordinal": house.category.ordinal + 1}

    window.post(reverse("admin:tickets_category_changelist"), form)

    assert [detail for detail, *_ in entries()] == [f"类别“{house.category}”：排序号、启用：是→否"]


def test_person_switched_off_is_named_by_the_entry_alone(window, house):
    management = {
        f"posts-{n}": "0" for n in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }

    window.post(change(house.staff), {"phone": house.staff.phone, "name": house.staff.name, **management})

    assert entries() == [("人员：可以登录：是→否", house.area.pk, house.staff.pk)]


def test_what_has_its_own_record_is_not_told_twice(window, house):
    user = UserFactory()
    window.post(
        reverse("admin:accounts_post_add"), {"user": user.pk, "role": "dispatcher", "area": house.area.pk}
    )
    form = {"action": "end", "_selected_action": [Post.objects.get(user=user).pk]}
    window.post(reverse("admin:accounts_post_changelist"), form)

    assert entries() == []
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["post_ended", "enrolled"]


def test_secretary_reads_what_was_set_in_the_community(window, house, client_of):
    window.post(change(house.building), building(house, name="24幢"))

    assert "改设置：楼栋“24幢”：名称" in client_of(house.secretary).get(reverse("tickets:audit")).text
