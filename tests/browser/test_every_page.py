"""Every page, in both sizes, on a phone and on a desk: no sideways scroll, no error, nothing for axe to find."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from stations import lending
from tests.access import outside
from tests.factories import House
from tests.pictures import photo_of
from tests.stations import shelf
from tests.stations.invented import NOTICE, days_of
from tests.tickets.loop import joined
from tickets import calendaring, receipts, revealing, workflow
from tickets.models import Receipt
from tickets.reconciling import nightly

WIDTHS = [360, 1280]


class Town(House):
    """The house with a ticket at every step."""

    def __init__(self):
        super().__init__()
        self.received = self.receive(
            "楼道墙皮脱落，掉到扶手上，老人和孩子天天从这里走", name="王秀兰", phone="13800001234"
        )
        self.dispatched = self.moved(1)
        self.claimed = self.moved(2)
        self.replied = self.moved(3)
        self.resolved = self.moved(4)
        self.photo = self.photographed(self.resolved)
        self.untold = self.moved(2)
        answer = {"solvable": "no", "words": "配件停产了，要等街道统一更换", "told": "slip"}
        workflow.reply(self.untold, by=self.staff, **answer)
        self.asked = self.moved(3)
        workflow.ask_resident(
            self.asked, by=self.staff, question="是厨房的冷水管还是热水管漏？几点家里有人？"
        )
        self.withdrawn = self.receive("登记重了")
        workflow.withdraw(self.withdrawn, by=self.dispatcher, reason="mistake")
        self.doubled = self.receive("楼上往下滴水，天花板湿了一大片", name="李建国", phone="13900005678")
        workflow.merge(self.doubled, by=self.dispatcher, master=self.claimed)
        joined(self.dispatched, self, now=timezone.now(), words="我家门口也是，水一直流到电梯口", name="赵姨")
        self.stock_up()
        Receipt.objects.filter(reporter__ticket=self.withdrawn).update(revoked_at=timezone.now())
        nightly.run()
        self.looked_at = self.claimed.reporters.get()
        for _ in range(revealing.MANY + 1):
            revealing.reveal(self.looked_at, by=self.unit_lead, reason="result", words="约上门时间")

    def stock_up(self):
        """Things that are out, one long overdue, one back; one that runs low; a tap to be taken back."""
        told = {"borrower": "李福生", "phone": "13800138000"}
        self.charger = shelf.supply(self, "充电器", low_mark=5)
        self.late = shelf.lent(self, self.charger, now=timezone.now() - 3 * shelf.DAY, **told)
        shelf.lent(self, self.charger)
        lending.take_back(shelf.lent(self, self.charger, **told), by=self.volunteer)
        shelf.supply(self, "折叠轮椅", 0)
        shelf.supply(self, "口罩", 3, unit_word="只", low_mark=10, is_lendable=False)
        shelf.tapped(self)

    def photographed(self, ticket):
        """Before and after, as the pages of staff and resident show them; the first one."""
        photos = [
            photo_of(ticket, by=self.staff, stage=stage) for stage in ("received", "received", "finished")
        ]
        return photos[0]

    def moved(self, steps):
        ticket = self.receive("厨房水管接头漏水，地上有积水，先关了总阀", name="吴阿姨", room="502")
        verbs = (
            lambda: workflow.dispatch(ticket, by=self.dispatcher, unit=self.unit),
            lambda: workflow.claim(ticket, by=self.staff),
            lambda: workflow.reply(
                ticket,
                by=self.staff,
                solvable="yes",
                promised_on=ticket.received_on,
                words="马上去修",
                told="phone",
            ),
            lambda: workflow.resolve(ticket, by=self.staff, outcome="solved", words="换了接头"),
        )
        for verb in verbs[:steps]:
            verb()
        return ticket


def pages(town):
    """(who, address) of every page that people look at."""

    def of(verb, ticket):
        return reverse(f"tickets:{verb}", args=[ticket.number])

    office = [
        (town.dispatcher, of(v, town.received))
        for v in ("detail", "dispatch", "amend", "reply", "resolve", "withdraw")
    ]
    unit = [(town.staff, of(v, town.claimed)) for v in ("detail", "reply", "resolve", "release", "hand_back")]
    plain = {
        town.volunteer: ["tickets:desk", "tickets:list", "notices:list", "accounts:me", "accounts:password"],
        town.dispatcher: [
            "tickets:queue",
            "tickets:rules",
            "tickets:list",
            "notices:list",
            "reports:satisfaction",
        ],
        town.staff: ["tickets:unit_to_claim", "tickets:unit_mine", "tickets:unit_done"],
        town.secretary: ["reports:satisfaction", "reports:definitions", "tickets:list"],
        town.lead: ["accounts:people", "accounts:enrol"],
        town.admin: ["system_status", "tickets:reconciliation"],
        None: ["accounts:login", "tickets:track_code"],
    }
    return [
        *((who, reverse(name)) for who, names in plain.items() for name in names),
        *office,
        *unit,
        (town.lead, reverse("tickets:to_tell")),
        (town.unit_lead, reverse("tickets:my_promises") + "?whose=unit"),
        (town.lead, of("detail", town.untold)),
        (None, receipts_path(town.untold)),
        (town.dispatcher, of("dispatch", town.dispatched)),
        (town.dispatcher, reverse("tickets:duplicates")),
        (town.dispatcher, reverse("tickets:due_today")),
        (town.unit_lead, reverse("tickets:due_today") + "?day=next"),
        (town.secretary, of("limits", town.asked)),
        (town.dispatcher, of("merge", town.received)),
        (town.dispatcher, of("unmerge", town.doubled)),
        (town.dispatcher, of("detail", town.doubled)),
        (town.dispatcher, of("detail", town.dispatched)),
        (town.volunteer, reverse("tickets:slip_of", args=[town.dispatched.number, 2])),
        (town.dispatcher, reverse("tickets:rule", args=[town.area.pk, town.category.pk])),
        (town.dispatcher, of("reopen", town.resolved)),
        (town.dispatcher, of("restore", town.withdrawn)),
        (town.lead, of("review", town.resolved)),
        (town.lead, of("slip", town.received)),
        (town.dispatcher, of("photos", town.claimed)),
        (town.dispatcher, of("detail", town.resolved)),
        (town.dispatcher, of("photos", town.withdrawn)),
        (town.dispatcher, reverse("tickets:photo_remove", args=[town.photo.name])),
        (town.secretary, of("detail", town.replied)),
        (town.staff, of("detail", town.replied)),
        (town.staff, of("ask_resident", town.claimed)),
        (town.staff, of("detail", town.asked)),
        (town.volunteer, of("detail", town.asked)),
        (town.volunteer, of("resident_answered", town.asked)),
        (town.unit_lead, of("claim", town.dispatched)),
        *of_station(town),
        *of_notices(town),
        *of_calendar(town),
        (town.unit_lead, reverse("tickets:reveal", args=[town.claimed.number, town.looked_at.pk])),
        (town.secretary, reverse("tickets:audit")),
        (town.secretary, reverse("tickets:reconciliation")),
        (town.unit_lead, f"{reverse('tickets:audit')}?action=revealed&person={town.unit_lead.pk}"),
        (town.lead, reverse("stations:station", args=[town.station.code])),
        *(
            (None, receipts_path(ticket))
            for ticket in (town.received, town.replied, town.resolved, town.asked)
        ),
        (town.volunteer, "/tickets/no-such-number/"),
        (town.volunteer, reverse("tickets:queue")),
    ]


def of_station(town):
    """What goes on at a station besides tickets."""
    names = ("tickets:loans", "tickets:lend", "tickets:supplies")
    return [
        *((town.volunteer, reverse(name)) for name in names),
        (town.volunteer, reverse("tickets:loan", args=[town.late.pk])),
        (town.lead, reverse("tickets:supply", args=[town.charger.pk])),
        (town.lead, reverse("tickets:edit_supply", args=[town.charger.pk])),
        (town.lead, reverse("tickets:add_supply")),
        (town.secretary, reverse("tickets:counts")),
        (town.lead, reverse("tickets:station_counts", args=[town.station.code])),
    ]


def of_notices(town):
    """Where notices go outside; one mailbox waits to be confirmed, one letter could not be delivered."""
    outside.letter_of(town)
    return [
        (town.staff, reverse("notices:confirm", args=[outside.token_of(town.staff)])),
        (town.staff, reverse("notices:preferences")),
        (town.unit_lead, reverse("notices:robots")),
        (town.unit_lead, reverse("notices:robot", args=[outside.robot_of(town)])),
        (town.dispatcher, reverse("notices:dead_letters")),
    ]


def receipts_path(ticket):
    receipt = Receipt.objects.get(reporter__ticket=ticket)
    return reverse("tickets:track", args=[receipts.token(receipt)])


def of_calendar(town):
    """The month, a day to be closed, one that is closed and one of several, the notice, a loaded year."""
    free, later = (_working_day(town, days) for days in (30, 60))
    local = calendaring.close_day(town.area, free, reason="社区换届选举", by=town.dispatcher)
    last = later + timedelta(days=30)
    calendaring.set_days(town.area, later, last, works=False, reason="装修", by=town.dispatcher)
    calendaring.apply_notice(days_of(NOTICE), by=town.dispatcher)
    days = [local.date, free + timedelta(days=1)]
    return [
        (town.dispatcher, f"{reverse('tickets:calendar')}?month={free:%Y-%m}"),
        *((town.dispatcher, reverse("tickets:calendar_day", args=[town.area.pk, day])) for day in days),
        (town.dispatcher, reverse("tickets:calendar_day", args=[town.area.pk, later]) + "?all=1"),
        (town.dispatcher, reverse("tickets:calendar_notice")),
        (town.dispatcher, reverse("tickets:calendar_withdraw", args=[2027])),
        (town.secretary, reverse("tickets:calendar")),
    ]


def _working_day(town, days):
    """So many days ahead or soon after."""
    first = timezone.localdate() + timedelta(days=days)
    ahead = (first + timedelta(days=n) for n in range(30))
    return next(day for day in ahead if town.area.calendar.day(day).is_working)


@pytest.mark.parametrize("large", [False, True])
def test_every_page_fits_and_is_accessible(transactional_db, page_of, resize, axe, overhanging, large):
    found, opened = {}, {}

    for who, address in pages(Town()):
        if who not in opened:  # one browser window a person: a new one for each page costs more than the page
            opened[who] = page_of(who, width=WIDTHS[0], large=large)
        page = opened[who]
        page.goto(address)
        # The next one is opened at the last width: in normal print on a desk, in large print on a phone.
        for width in reversed(WIDTHS) if large else WIDTHS:
            resize(page, width)
            if problems := overhanging(page) + axe(page):
                found[address, getattr(who, "name", ""), width] = problems

    assert found == {}
