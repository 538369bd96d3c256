"""Places in the Django admin: stations with their hours and facilities, units, buildings, supplies.

Areas are in `tickets.admin`: their office hours move the clocks of tickets.
"""

import uuid

from django import forms
from django.contrib import admin
from django.shortcuts import redirect
from django.utils.http import urlencode

from stations import stock
from stations.models import Area, Building, Facility, OpeningHours, Station, Supply, Unit


class SwitchedOffAdmin(admin.ModelAdmin):
    """Tickets name these rows: they are switched off, never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


class InCommunityAdmin(SwitchedOffAdmin):
    """What stands in a community: streets and districts are not offered."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "area":
            kwargs["queryset"] = Area.objects.communities()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class OpeningHoursForm(forms.ModelForm):
    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens_at", "closes_at"]

    def has_changed(self):
        """A new station keeps the proposed days that nobody touched; whoever closes on one ticks 删除."""
        return self.instance.pk is None or super().has_changed()


class OpeningHoursInline(admin.TabularInline):
    model = OpeningHours
    form = OpeningHoursForm
    max_num = 7

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else len(OpeningHours.Weekday)


class FacilityInline(admin.TabularInline):
    model = Facility
    extra = 0
    max_num = len(Facility.Kind)


@admin.register(Station)
class StationAdmin(InCommunityAdmin):
    list_display = ["name", "code", "kind", "area", "phone", "is_active"]
    list_filter = ["kind", "is_active", "area"]
    list_select_related = ["area"]
    search_fields = ["name", "code"]
    inlines = [OpeningHoursInline, FacilityInline]

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """A new station is proposed as open every day."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if obj.pk is None and isinstance(inline, OpeningHoursInline):
            kwargs["initial"] = [{"weekday": weekday} for weekday in OpeningHours.Weekday]
        return kwargs


@admin.register(Unit)
class UnitAdmin(InCommunityAdmin):
    list_display = ["name", "kind", "area", "phone", "is_active"]
    list_filter = ["kind", "is_active", "area"]
    list_select_related = ["area"]
    search_fields = ["name"]


class BuildingForm(forms.ModelForm):
    """Units are named with their community, and must be of the building's."""

    class Meta:
        model = Building
        fields = ["area", "name", "ordinal", "group", "units"]
        widgets = {"units": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        units = self.fields["units"]
        own = [self.instance.area_id] if self.instance.pk else Area.objects.communities()
        units.queryset = Unit.objects.in_areas(own).by_area()
        units.label_from_instance = lambda unit: f"{unit.area}·{unit}"

    def clean(self):
        data = super().clean()
        if any(unit.area != data.get("area") for unit in data.get("units") or ()):
            self.add_error("units", "服务单位要属于同一个社区。")
        return data


@admin.register(Building)
class BuildingAdmin(InCommunityAdmin):
    form = BuildingForm
    list_display = ["name", "group", "area", "ordinal"]
    list_filter = ["area"]
    list_select_related = ["area"]
    search_fields = ["name", "group"]

    def response_add(self, request, obj, post_url_continue=None):
        """保存并增加另一个 goes on where one was: the next building of a row differs in its name only."""
        answer = super().response_add(request, obj, post_url_continue)
        if "_addanother" not in request.POST:
            return answer
        units = ",".join(str(pk) for pk in obj.units.values_list("pk", flat=True))
        same = {"area": obj.area_id, "group": obj.group, "ordinal": obj.ordinal + 1, "units": units}
        return redirect(f"{request.path}?{urlencode(same)}")


class SupplyForm(forms.ModelForm):
    """The station cannot be changed and so is no field: that its names are all different is asked here."""

    def clean_name(self):
        name, supply = self.cleaned_data["name"], self.instance
        if supply.pk and Supply.objects.others_named(name, supply).exists():
            raise forms.ValidationError(stock.NAME_TAKEN)
        return name


@admin.register(Supply)
class SupplyAdmin(SwitchedOffAdmin):
    """What stations keep. How much there is, is said once; later changes are the station's own."""

    form = SupplyForm
    fields = ["station", "name", "unit_word", "stock", "low_mark", "is_lendable", "is_active"]
    list_display = ["name", "station", "stock", "unit_word", "low_mark", "is_lendable", "is_active"]
    list_filter = ["station", "is_lendable", "is_active"]
    list_select_related = ["station"]
    search_fields = ["name"]

    def get_readonly_fields(self, request, obj=None):
        return ["station", "stock"] if obj else []

    def save_model(self, request, obj, form, change):
        """Through the same verbs as on the station's pages, so that every change is written down."""
        settings = {name: getattr(obj, name) for name in stock.SETTINGS}
        if change:
            stock.configure(obj, by=request.user, **settings)
        else:
            made = stock.add_supply(
                obj.station, by=request.user, stock=obj.stock, key=uuid.uuid4(), **settings
            )
            obj.pk = made.pk
