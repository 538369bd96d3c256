"""What the lists of tickets and of audit entries can be narrowed to. Choices come only from what the reader may see."""

import django_filters
from django import forms
from django.utils import timezone

from accounts.models import AuditEntry, Post, User
from stations.models import Area, Building, Station, Unit
from tickets.models import Category, LedgerImport, Ticket
from tickets.states import Stage, Status

# Allow-listed orders: the parameter's value, what it is called, and the columns.
SORTS = {
    "new": ("新接的在前", ("-received_at", "-pk")),
    "old": ("早接的在前", ("received_at", "pk")),
    "due": ("快到期的在前，只列没办完的", None),
}
DEFAULT_SORT = "new"
LARGEST_ID = 2**63 - 1


def scope_of(user):
    """The communities, or the single station or unit, that bound this person's choices."""
    areas = set()
    for post in user.active_posts:
        if post.role == Post.Role.SECRETARY:
            areas.update(Area.objects.below([post.area_id]).communities())
        elif post.scope is not None:
            areas.add(post.area or post.scope.area)
    return areas


class DaysWidget(django_filters.widgets.DateRangeWidget):
    """Two dates, each with a name of its own."""

    def __init__(self, attrs=None):
        super().__init__({"type": "date", "class": "form-control", **(attrs or {})})
        for widget, label in zip(self.widgets, ("从哪天", "到哪天"), strict=True):
            widget.attrs["aria-label"] = label


class TicketFilter(django_filters.FilterSet):
    """The list's filters; each calls an adjective of TicketQuerySet."""

    stage = django_filters.ChoiceFilter(
        label="环节", choices=Stage.choices, method="by_stage", empty_label="全部"
    )
    status = django_filters.ChoiceFilter(label="状态", choices=Status.choices, empty_label="全部")
    category = django_filters.ModelChoiceFilter(
        label="类别", queryset=Category.objects.all(), empty_label="全部"
    )
    unit = django_filters.ModelChoiceFilter(
        label="责任单位", queryset=Unit.objects.none(), empty_label="全部"
    )
    person = django_filters.ModelChoiceFilter(
        label="经办人", field_name="claimant", queryset=User.objects.none(), empty_label="全部"
    )
    station = django_filters.ModelChoiceFilter(
        label="站点", queryset=Station.objects.none(), method="by_station", empty_label="全部"
    )
    today = django_filters.ModelChoiceFilter(
        label="今天在哪个站接的", queryset=Station.objects.none(), method="by_today", empty_label="全部"
    )
    building = django_filters.ModelChoiceFilter(
        label="楼栋", queryset=Building.objects.none(), empty_label="全部"
    )
    area = django_filters.ModelChoiceFilter(
        label="社区", queryset=Area.objects.none(), method="by_area", empty_label="全部"
    )
    received = django_filters.DateFromToRangeFilter(
        label="接单日期",
        field_name="received_on",
        widget=DaysWidget,
    )
    ledger = django_filters.ModelChoiceFilter(
        label="从哪张旧台账导入",
        queryset=LedgerImport.objects.none(),
        method="by_ledger",
        empty_label="全部",
    )
    overdue = django_filters.BooleanFilter(
        label="只看超时", method="by_overdue", widget=forms.CheckboxInput()
    )
    ownerless = django_filters.BooleanFilter(
        label="只看没人接的", method="by_ownerless", widget=forms.CheckboxInput()
    )
    beyond = django_filters.BooleanFilter(
        label="只看承诺晚于时限的", method="by_beyond", widget=forms.CheckboxInput()
    )
    mine = django_filters.BooleanFilter(label="只看我的", method="by_mine", widget=forms.CheckboxInput())
    sort = django_filters.ChoiceFilter(
        label="排序", choices=[(k, v[0]) for k, v in SORTS.items()], method="by_sort", empty_label=None
    )

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(self, *args, now=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now or timezone.now()
        self._offer(scope_of(self.request.user))

    def by_stage(self, queryset, name, stage):
        return queryset.in_stage(stage)

    def by_area(self, queryset, name, area):
        return queryset.in_area(area)

    def by_station(self, queryset, name, station):
        return queryset.concerning(station)

    def by_today(self, queryset, name, station):
        return queryset.taken_at(station.pk, timezone.localdate(self.now))

    def by_ledger(self, queryset, name, ledger):
        return queryset.brought_by(ledger)

    def by_overdue(self, queryset, name, wanted):
        return queryset.open().overdue(self.now) if wanted else queryset

    def by_ownerless(self, queryset, name, wanted):
        return queryset.ownerless() if wanted else queryset

    def by_beyond(self, queryset, name, wanted):
        return queryset.promised_beyond() if wanted else queryset

    def by_mine(self, queryset, name, wanted):
        return queryset.involving(self.request.user) if wanted else queryset

    def by_sort(self, queryset, name, sort):
        if sort == "due":
            return queryset.open().with_due().by_due()
        return queryset.order_by(*SORTS[sort][1])

    def _offer(self, areas):
        """Units and stations of the scope; buildings of a single community, people of a single unit."""
        self.filters["unit"].queryset = units = Unit.objects.in_areas(areas)
        self.filters["station"].queryset = stations = Station.objects.in_areas(areas)
        self._offer_or_drop("today", bool(self.data.get("today")), stations)
        self._offer_or_drop("area", len(areas) > 1, Area.objects.below([area.pk for area in areas]))
        self._offer_or_drop("building", len(areas) == 1, Building.objects.in_areas(areas))
        if not self.request.user.has_role(Post.Role.SECRETARY, Post.Role.DISPATCHER):
            del self.filters["ownerless"]
        if not self.request.user.has_role(Post.Role.SECRETARY, Post.Role.DISPATCHER, *Post.UNIT_ROLES):
            del self.filters["beyond"]
        self._offer_or_drop("ledger", bool(self.data.get("ledger")), self._ledgers())
        unit = self._chosen_unit(units)
        self._offer_or_drop("person", unit is not None, User.objects.of_unit(unit))

    def _ledgers(self):
        """Imports into the communities that this person dispatches for; their page leads here."""
        areas = [post.area_id for post in self.request.user.posts_as(Post.Role.DISPATCHER)]
        return LedgerImport.objects.in_communities(areas).written()

    def _offer_or_drop(self, name, offered, queryset):
        if offered:
            self.filters[name].queryset = queryset
        else:
            del self.filters[name]

    def _chosen_unit(self, units):
        """The unit whose people can be chosen: the one filtered by, else the reader's only one.

        Names of people are for their own unit and the office.
        """
        chosen, user = str(self.data.get("unit", "")), self.request.user
        own = {post.unit for post in user.active_posts if post.unit_id}
        is_named = chosen.isdecimal() and len(chosen) < 10
        if is_named and user.has_role(Post.Role.SECRETARY, Post.Role.DISPATCHER):
            return units.with_id(chosen)
        if is_named:
            return next((unit for unit in own if unit.pk == int(chosen)), None)
        return own.pop() if len(own) == 1 else None


class AuditFilter(django_filters.FilterSet):
    """The audit page's filters; who is chosen by a link in a line, since no page lists everybody."""

    action = django_filters.ChoiceFilter(label="事项", choices=AuditEntry.Action.choices, empty_label="全部")
    ticket = django_filters.CharFilter(label="工单编号", method="by_ticket", max_length=24)
    day = django_filters.DateFromToRangeFilter(
        label="日期",
        method="by_day",
        widget=DaysWidget,
    )
    marked = django_filters.BooleanFilter(
        label="只看需留意的", method="by_marked", widget=forms.CheckboxInput()
    )
    person = django_filters.NumberFilter(
        method="by_person", widget=forms.HiddenInput(), min_value=1, max_value=LARGEST_ID
    )

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def by_ticket(self, queryset, name, number):
        return queryset.about(number.strip().upper())

    def by_day(self, queryset, name, days):
        """Local days, both included: from the first instant of the one to the last of the other."""
        return queryset.between(days.start, days.stop)

    def by_marked(self, queryset, name, wanted):
        return queryset.marked() if wanted else queryset

    def by_person(self, queryset, name, pk):
        return queryset.with_person(int(pk))
