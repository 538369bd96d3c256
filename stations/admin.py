"""Places in the Django admin: areas, stations with their hours and facilities, units, buildings."""

from django.contrib import admin

from stations.models import Area, Building, Facility, OpeningHours, Station, Unit


class SwitchedOffAdmin(admin.ModelAdmin):
    """Tickets name these rows: they are switched off, never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Area)
class AreaAdmin(SwitchedOffAdmin):
    list_display = ["name", "kind", "parent", "office_opens", "office_closes"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["name"]


class OpeningHoursInline(admin.TabularInline):
    model = OpeningHours
    extra = 0
    max_num = 7


class FacilityInline(admin.TabularInline):
    model = Facility
    extra = 0
    max_num = len(Facility.Kind)


@admin.register(Station)
class StationAdmin(SwitchedOffAdmin):
    list_display = ["name", "code", "kind", "area", "phone", "is_active"]
    list_filter = ["kind", "is_active", "area"]
    list_select_related = ["area"]
    search_fields = ["name", "code"]
    inlines = [OpeningHoursInline, FacilityInline]


@admin.register(Unit)
class UnitAdmin(SwitchedOffAdmin):
    list_display = ["name", "kind", "area", "phone", "is_active"]
    list_filter = ["kind", "is_active", "area"]
    list_select_related = ["area"]
    search_fields = ["name"]


@admin.register(Building)
class BuildingAdmin(SwitchedOffAdmin):
    list_display = ["name", "group", "area", "ordinal"]
    list_filter = ["area"]
    list_select_related = ["area"]
    search_fields = ["name", "group"]
    filter_horizontal = ["units"]
