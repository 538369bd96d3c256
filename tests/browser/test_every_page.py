"""Every page, in both sizes, on a phone and on a desk: no sideways scroll, no error, nothing for axe to find."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from stations import lending
from tests.access import arranged, asked, crew, gaps, outside, seats, served, walled
from tests.factories import House, UnitFactory, person
from tests.pictures import photo_of
from tests.stations import shelf
from tests.stations.invented import NOTICE, days_of
from tests.tickets import ledgers
from tests.tickets.loop import joined, slip_of_last
from tests.volunteers import rosters
from tickets import calendaring, receipts, revealing, workflow
from tickets.models import Receipt, Ticket
from tickets.reconciling import nightly
from volunteers.models import Member, Team

WIDTHS = [360, 1280]
# In an order that changes the width seldom: the next page is opened as the last one was left.
LOOKS = [(1280, True), (360, True), (360, False), (1280, False)]
# As the switch of the page does it, without asking the server: static/js/size.js.
TO_STANDARD = """() => {
  document.documentElement.classList.remove("large");
  for (const fold of document.querySelectorAll("details[data-fold-large]")) fold.open = true;
}"""


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
        (town.dispatcher, of("detach", town.dispatched)),
        (town.dispatcher, of("detail", town.doubled)),
        (town.dispatcher, of("detail", town.dispatched)),
        (town.volunteer, slip_of_last(town.dispatched)),
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
        *of_ledgers(town),
        *of_calendar(town),
        *of_rosters(town),
        *of_duties(town),
        *of_wall(town),
        *of_patterns(town),
        *of_volunteers(town),  # last: whom it sends home is asked by the others before
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


def of_wall(town):
    """The wall, its display, what is written and approved behind it, the book."""
    wall, area = walled.Wall(town), [town.area.pk]
    return [
        *((None, reverse(f"tickets:{name}", args=area)) for name in ("wall", "wall_screen")),
        (town.dispatcher, reverse("tickets:wall_desk") + "?show=wall"),
        (town.dispatcher, wall.address("tickets:wall_write", "wall_write")),
        (town.secretary, wall.address("tickets:wall_judge", "wall_judge")),
        (town.secretary, wall.address("tickets:wall_judge", "wall_put_back")),
        (town.secretary, f"{reverse('tickets:wall_desk')}?show=wall&down={wall.down.number}"),
        (town.lead, reverse("tickets:wall_book", args=[town.station.code])),
    ]


def of_duties(town):
    """Coming and going, and the hours: a shift under way, a forgotten check-out, a record somebody asks about."""
    duty = served.Duty(town, hours=0.1)  # short: the week that is shown has shifts too
    return [
        (town.volunteer, served.address("volunteers:check_in", duty)),
        (town.lead, served.address("volunteers:check_in", duty)),
        *(
            (town.lead, served.address(route, duty))
            for route in served.ROUTES
            if route != "volunteers:check_in"
        ),
        (town.lead, reverse("volunteers:attend", args=[duty.forgotten.pk])),
        (town.volunteer, served.address("volunteers:record", duty)),
        (town.volunteer, reverse("volunteers:my_records")),
        (town.lead, reverse("volunteers:corrections")),
        (town.lead, reverse("tickets:hand_over")),
        *of_team(town),
        (town.secretary, reverse("volunteers:hours")),
    ]


def of_team(town):
    """A volunteer team says on what terms it worked: asked for one ticket, said of another."""
    unit = UnitFactory(area=town.area, name="红马甲维修队", kind="volunteer_team")
    team = Team.objects.create(area=town.area, name=unit.name, unit=unit)
    worker = person("unit_staff", unit=unit, name="周师傅")
    Member.objects.create(team=team, profile=rosters.profile_of(worker), is_lead=True)
    asked, done = (town.receive(words) for words in ("水龙头关不紧，滴了一夜", "门锁转不动，老人进不了门"))
    for ticket in (asked, done):
        workflow.dispatch(ticket, by=town.dispatcher, unit=unit)
        workflow.claim(ticket, by=worker)
    workflow.resolve(done, by=worker, outcome="solved", words="换了锁芯", job=workflow.Job("low", 40))
    return [
        (worker, reverse("tickets:resolve", args=[asked.number])),
        (worker, done.get_absolute_url()),
        (None, receipts_path(done)),
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


def of_volunteers(town):
    """Profiles with everything in them, a minor without consent, a team that is a unit, a list with faults."""
    own = crew.Crew(town)
    profile, team = crew.filled(own, town)
    parts = ("times", "absence", "capacity", "consent")
    about = [("volunteers:person", [profile.pk]), ("volunteers:import_preview", [own.file.pk])]
    return [
        (town.volunteer, reverse("volunteers:me")),
        *((town.volunteer, reverse("volunteers:my_part", args=[part])) for part in (*parts, "skills")),
        *((town.lead, reverse("volunteers:part", args=[profile.pk, part])) for part in ("skill", "guardian")),
        *((town.lead, reverse(name, args=args)) for name, args in about),
        *((town.lead, reverse(f"volunteers:{name}")) for name in ("people", "teams", "import")),
        (town.lead, reverse("volunteers:people") + "?who=left"),
        (town.lead, reverse("volunteers:team", args=[team.pk])),
        (town.volunteer, reverse("volunteers:team", args=[team.pk])),
        (town.dispatcher, reverse("volunteers:found_team")),
        (town.dispatcher, reverse("volunteers:edit_team", args=[team.pk])),
    ]


def of_ledgers(town):
    """The form; a file looked at with a bad row and things to know, one that is there already, with a word that nobody
    knows and a column, one whose columns nobody knows; and one that is written.
    """
    looked_at, written = ledgers.kept(town), ledgers.imported(town, ledgers.csv(ledgers.DONE))
    there = ledgers.csv(
        (*ledgers.DONE, "甲级"), ("G-8", *ledgers.LATE[1:-1], "一般"), head=(*ledgers.HEAD, "评定等级")
    )
    asking = ledgers.csv(("2026/3/3", "漏水"), head=("来件日", "怎么回事"))
    imported = Ticket.objects.get(external_id="G-1")
    return [
        (town.dispatcher, reverse("tickets:ledgers")),
        (town.dispatcher, reverse("tickets:ledger", args=[looked_at.pk])),
        (town.dispatcher, reverse("tickets:ledger", args=[written.pk])),
        *(
            (town.dispatcher, reverse("tickets:ledger", args=[ledgers.kept(town, content).pk]))
            for content in (there, asking)
        ),
        (town.dispatcher, reverse("tickets:detail", args=[imported.number])),
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


def of_rosters(town):
    """A week with a shift, a gap, somebody asked; on the wall; four weeks."""
    rosters.fill_week(town)
    sat = seats.Seats(town)
    code = [town.station.code]
    return [
        (town.volunteer, reverse("volunteers:my_shifts")),
        (town.volunteer, reverse("volunteers:open_seats")),
        (town.volunteer, reverse("volunteers:shift", args=[sat.full.pk])),
        (town.lead, reverse("volunteers:standing", args=code)),
        (town.lead, reverse("volunteers:end_standing", args=[*code, sat.standing.pk])),
        (town.lead, reverse("volunteers:shift", args=[sat.held.seat.shift_id])),
        (town.volunteer, reverse("volunteers:roster", args=code)),
        (town.lead, reverse("volunteers:wall", args=code)),
        (town.dispatcher, reverse("volunteers:coverage")),
        (town.volunteer, reverse("volunteers:calendar")),
        (town.lead, reverse("volunteers:call_out", args=[gaps.gap_of(town).pk])),
        (town.volunteer, reverse("volunteers:called", args=[gaps.asking_of(town, town.volunteer).pk])),
        *of_proposals(town, code),
    ]


def of_proposals(town, code):
    """A period to choose, a draft with open seats in it, what was answered."""
    made = asked.Asked(town).proposal
    return [
        (town.lead, reverse("volunteers:propose", args=code)),
        (town.lead, reverse("volunteers:propose", args=code) + "?span=month&wished=on"),
        (town.lead, reverse("volunteers:proposal", args=[made.pk])),
    ]


def of_patterns(town):
    """The lead's pages: a roster and its shift, shifts with people that differ from theirs, a closure."""
    there = arranged.Pattern(town)
    return [(town.lead, arranged.address(route, there, town)) for route in arranged.PAGES]


def _working_day(town, days):
    """So many days ahead or soon after."""
    first = timezone.localdate() + timedelta(days=days)
    ahead = (first + timedelta(days=n) for n in range(30))
    return next(day for day in ahead if town.area.calendar.day(day).is_working)


@pytest.mark.parametrize("everything", [False, pytest.param(True, marks=pytest.mark.prove)])
@pytest.mark.parametrize("half", [0, 1])  # for two workers
def test_every_page_fits_and_is_accessible(
    transactional_db, page_of, resize, axe, overhanging, half, everything
):
    found, opened = {}, {}

    for who, address in pages(Town())[half::2]:
        if who not in opened:  # one browser window a person: a new one for each page costs more than the page
            opened[who] = page_of(who, width=WIDTHS[1], large=True)
        page = opened[who]
        page.goto(address)
        for width, large in LOOKS:
            resize(page, width)
            if not large:
                page.evaluate(TO_STANDARD)
            # Names and colours hardly change with the width: axe looks at a phone's page in large print, at a desk's
            # in the standard size, and at all of them in script/prove.
            is_asked = everything or large == (width == WIDTHS[0])
            if problems := overhanging(page) + (axe(page) if is_asked else []):
                found[address, getattr(who, "name", ""), width, large] = problems

    assert found == {}
