"""Who walks through the house, towards which objects, and with what in their hands at the buttons."""

import uuid
from dataclasses import dataclass, field

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from notices.models import Notice
from stations import announcement, stock
from tests.access import arranged, asked, booked, crew, gaps, lent, outside, seats, served, walled
from tests.factories import PASSWORD, House, person
from tests.keeping import Kept
from tests.pictures import photo_of, upload
from tests.stations.invented import NOTICE, days_of
from tests.stations.test_announcement import text_of
from tests.tickets import ledgers
from tests.tickets.loop import GOOD, joined, replied, ticket_in
from tickets import calendaring, receipts, yearly
from tickets.models import Receipt
from tickets.states import Status
from volunteers import feeds
from volunteers.models import Skill

ROLES = (
    "anonymous",
    "resident",
    "volunteer",
    "lead",
    "staff",
    "unit_lead",
    "other_staff",
    "dispatcher",
    "elsewhere",
    "secretary",
    "admin",
    "disabled",
)
NEW_PASSWORD = "琥珀色的旧风筝挂在三楼窗外 2026"  # noqa: S105
NOWHERE = "XX99-20200101-001"
R, D, C, W, S, X, M, Z = (
    Status.RECEIVED,
    Status.DISPATCHED,
    Status.CLAIMED,
    Status.WAITING,
    Status.RESOLVED,
    Status.CLOSED,
    Status.MERGED,
    Status.WITHDRAWN,
)
LOADED = 2026  # the year that our dispatcher has pasted
SOON = "2026-11-25"  # a working day after the morning on which the cells are asked
# In which status a ticket is when its page is tried: where the verb may happen.
STATUS = {
    "amend": R,
    "dispatch": R,
    "withdraw": R,
    "claim": D,
    "release": C,
    "hand_back": C,
    "reply": C,
    "resolve": C,
    "ask_resident": C,
    "resident_answered": W,
    "review": S,
    "reopen": X,
    "restore": Z,
    "merge": R,
    "unmerge": M,
    "detach": C,
    "apart": R,
    "propose_again": R,
    "detail": C,
    "limits": C,
    "reveal": C,
    "slip": C,
    "slip_of": C,
    "queue": R,
    "photos": C,
}
PHOTOS = {"photo": 0, "photo_remove": 0, "receipt_photo": 1}


@dataclass
class Stage:
    """One community with a ticket in each status, and a second one that is nobody's business here."""

    house: House = field(default_factory=House)
    other: House = field(default_factory=House)
    rows_written: int = 0  # as `walk.written` saw them last

    def __post_init__(self):
        wanted = dict.fromkeys(STATUS.values())
        self.ours = {status: ticket_in(status, self.house) for status in wanted}
        self.foreign = {status: ticket_in(status, self.other) for status in wanted}
        for house, tickets in ((self.house, self.ours), (self.other, self.foreign)):
            joined(tickets[C], house)
        self.users = {role: getattr(self.house, role, None) for role in ROLES}
        self.users["elsewhere"] = self.other.dispatcher
        self.users["disabled"] = person("dispatcher", area=self.house.area)
        self.ours[S].reporters.update(phone="13800001234")
        self.receipt = Receipt.objects.get(reporter__ticket=self.ours[S])
        for tickets, house in ((self.ours, self.house), (self.foreign, self.other)):
            replied(tickets[C], house, told="slip")
        self.photos = {"ours": self._photos(self.ours), "foreign": self._photos(self.foreign)}
        self.crews = [crew.Crew(self.house), crew.Crew(self.other)]
        self.profile = self.crews[0].profile
        calendaring.apply_notice(days_of(text_of(LOADED)), by=self.house.dispatcher)
        self.entry = AuditEntry.objects.create(action="sign_in", actor=self.house.staff)
        self.shelves = [lent.Shelf(self.house), lent.Shelf(self.other)]
        self.duties = [served.Duty(self.house), served.Duty(self.other)]
        self.patterns = [arranged.Pattern(self.house), arranged.Pattern(self.other)]
        self.seats = [seats.Seats(self.house), seats.Seats(self.other)]
        self.asked = [asked.Asked(self.house), asked.Asked(self.other)]
        self.walls = [walled.Wall(self.house), walled.Wall(self.other)]
        self.ledgers = [ledgers.kept(self.house), ledgers.kept(self.other)]
        self.cookies = {role: self._cookies(role) for role in ROLES}

    def _photos(self, tickets):
        """One on the ticket in hand, brought by its claimant; one with the result that the resident reads."""
        return [photo_of(tickets[status], by=tickets[status].claimant, stage="finished") for status in (C, S)]

    def _cookies(self, role):
        client = Client()
        if user := self.users[role]:
            client.force_login(user)
        if role == "resident":
            client.get(reverse("tickets:track", args=[receipts.token(self.receipt)]))
        if role == "disabled":
            type(user).objects.filter(pk=user.pk).update(is_active=False)
        return {name: morsel.value for name, morsel in client.cookies.items()}

    def client(self, role) -> Client:
        """A browser as this person left it, whatever an earlier cell did."""
        client = Client(raise_request_exception=False)
        for name, value in self.cookies[role].items():
            client.cookies[name] = value
        return client


# To be stood on a frozen Monday morning: what it is built with is of that moment.
STAGE = Kept(Stage)


def address(stage, route, which, role) -> str:
    """Where a route leads for an object: ours, foreign, missing, or none at all ("-")."""
    name = route.partition(":")[2]
    if route in ADMIN_PATHS:
        return ADMIN_PATHS[route]
    if which == "-":
        return reverse(route)
    if route.startswith("admin:"):
        return _admin_address(stage, route, which)
    if name in walled.ROUTES and route.startswith("tickets:"):
        return walled.address(route, stage.walls, which)
    if route == "tickets:rule":
        home = {"ours": stage.house, "foreign": stage.other}.get(which)
        return reverse(route, args=[home.area.pk, home.category.pk] if home else [10**9, 10**9])
    if route == "tickets:calendar_day":
        home = {"ours": stage.house.area.pk, "foreign": stage.other.area.pk}.get(which, 10**9)
        return reverse(route, args=[home, SOON])
    if name in crew.ROUTES and route.startswith("volunteers:"):
        return reverse(route, args=crew.args(stage.crews, name, which))
    if route == "tickets:calendar_withdraw":
        return reverse(route, args=[LOADED if which == "ours" else LOADED + 1])
    if route.startswith("reports:") or route in ("tickets:rules", "tickets:calendar"):
        areas = {"ours": stage.house.area.pk, "foreign": stage.other.area.pk, "missing": 10**9}
        return f"{reverse(route)}?area={areas[which]}"
    for found, pair in ((seats, stage.seats), (served, stage.duties), (asked, stage.asked)):
        if route in found.ROUTES:
            return found.address(route, {"ours": pair[0], "foreign": pair[1]}.get(which))
    if route in arranged.ROUTES:
        there = {"ours": stage.patterns[0], "foreign": stage.patterns[1]}.get(which)
        return arranged.address(route, there, stage.house)
    if name == "queue":
        return f"{reverse(route)}?ticket={_number(stage, name, which)}"
    if name in ("reveal", "slip_of"):
        return reverse(route, args=[_number(stage, name, which), _reporter_id(stage, name, which)])
    return reverse(route, args=[_object(stage, route, name, which, role)])


def _object(stage, route, name, which, role):
    if name in ("remove", "reset_password"):
        return _post_id(stage, which)
    if name == "open":
        return _notice_id(stage, which, role)
    if name == "confirm":
        return _token(stage, which, role)
    if name in outside.OF_ROBOT + outside.OF_LETTER:
        home = {"ours": stage.house, "foreign": stage.other}.get(which)
        return 10**9 if home is None else _of_outside(name, home)
    if name in ("call_out", "called"):
        return gaps.pk_of(stage, name, which)
    if name == "calendar_feed":
        return feeds.renew(stage.profile, now=timezone.now()) if which == "ours" else "x" * 32
    if name == "track":
        return receipts.token(stage.receipt) if which == "ours" else "x" * 27
    if name in ("tell", "untell"):
        tickets = {"ours": stage.ours, "foreign": stage.foreign}.get(which)
        return tickets[C].reporters.first().pk if tickets else 10**9
    if name in PHOTOS:
        return stage.photos[which][PHOTOS[name]].name if which in stage.photos else "0" * 40
    if name in OF_SHELF:
        return (
            {"ours": stage.shelves[0], "foreign": stage.shelves[1]}[which].pk(name)
            if which != "missing"
            else 10**9
        )
    if name in ("ledger", "ledger_columns", "ledger_faults"):
        return (
            {"ours": stage.ledgers[0], "foreign": stage.ledgers[1]}[which].pk if which != "missing" else 10**9
        )
    if name in ("station", "station_counts", "roster", "wall", "wall_book"):
        codes = {"ours": stage.house.station.code, "foreign": stage.other.station.code}
        return codes.get(which, "ZZ99")
    return _number(stage, name, which)


def _number(stage, name, which):
    tickets = {"ours": stage.ours, "foreign": stage.foreign}.get(which)
    return tickets[STATUS[name]].number if tickets else NOWHERE


def _reporter_id(stage, name, which):
    tickets = {"ours": stage.ours, "foreign": stage.foreign}.get(which)
    if tickets is None:
        return 10**9
    reporters = tickets[STATUS[name]].reporters
    return (reporters.last() if name == "slip_of" else reporters.first()).pk  # the last one joined


def _post_id(stage, which):
    """Posts under a station lead, under a unit lead, under nobody here, and none."""
    people = {"volunteer's": stage.house.volunteer, "staff's": stage.house.colleague}
    people["foreign"] = stage.other.volunteer
    return people[which].posts.get().pk if which in people else 10**9


def _notice_id(stage, which, role):
    owner = {"ours": stage.users[role] or stage.house.staff, "foreign": stage.other.lead}.get(which)
    if owner is None:
        return 10**9
    notice = Notice.objects.get_or_create(recipient=owner, effect="access", defaults={"text": "看这里"})[0]
    return notice.pk


def _token(stage, which, role):
    owner = {"ours": stage.users[role] or stage.house.staff, "foreign": stage.other.lead}.get(which)
    return outside.token_of(owner) if owner else "0" * 32


def _of_outside(name, home):
    return outside.robot_of(home) if name in outside.OF_ROBOT else outside.letter_of(home)


OF_SHELF = ("loan", "loan_borrower", "take_back", "undo_take_back", "supply", "edit_supply")
ADMIN_PATHS = {
    "admin:app_list": "/admin/accounts/",
    "admin:view_on_site": "/admin/r/0/0/",
    "admin:catch_all": "/admin/nothing/here/",
    "admin:old_address": "/admin/accounts/user/1/",
}


def _admin_address(stage, route, which):
    if which != "ours":
        return reverse(route, args=[10**9])
    objects = {
        "category": lambda: stage.house.category,
        "rule": stage.house.category.rules.get,
        "user": lambda: stage.house.volunteer,
        "post": stage.house.volunteer.posts.get,
        "profile": lambda: stage.profile,
        "skill": lambda: Skill.objects.get_or_create(name="理发")[0],
        "team": lambda: stage.crews[0].team,
        "project": lambda: stage.crews[0].project,
        "auditentry": lambda: stage.entry,
        "area": lambda: stage.house.area,
        "station": lambda: stage.house.station,
        "unit": lambda: stage.house.unit,
        "building": lambda: stage.house.building,
        "supply": lambda: stage.shelves[0].supply,
    }
    return reverse(route, args=[objects[route.split("_")[1]]().pk])


def body(stage, route, role) -> dict:
    """What a person who may do it would send."""
    house, make = stage.house, BODIES.get(route)
    return make(house, stage, role) if make else {}


def _enrolment(house, stage, role):
    opening = f"unit_staff-{house.unit.pk}" if role == "unit_lead" else f"volunteer-{house.station.pk}"
    return {"name": "新来的", "phone": "13912345678", "opening": opening}


def _detachment(house, stage, role):
    return {"reporter": stage.ours[C].reporters.last().pk, **REASON, "key": uuid.uuid4()}


def _amendment(house, stage, role):
    ticket = stage.ours[R]
    return {"title": ticket.title, "words": ticket.words, "place": "二楼转角", "reason": "写错了"}


def _request(house, stage, role):
    return {"words": "楼道灯不亮", "submission_id": uuid.uuid4(), "desk": house.station.code}


def _review(house, stage, role):
    return {**GOOD, "reporter": stage.ours[S].reporters.get().pk, "channel": "phone"}


def _told(house, stage, role):
    return {"reply": stage.ours[C].replies.get().pk, "channel": "in_person"}


def _notice(house, stage, role):
    """Looked at, and confirmed."""
    return {"text": NOTICE, "seen": yearly.plan(announcement.read(NOTICE)).stamp, "sure": "1"}


def _photos(house, stage, role):
    return {"stage": "received", "photos": upload(), "key": uuid.uuid4()}


def _loan(house, stage, role):
    thing = {"supply": stage.shelves[0].supply.pk, "quantity": 1, "until": "next"}
    return {**thing, "key": uuid.uuid4(), "desk": house.station.code}


def _supply():
    return {"name": "口罩", "unit_word": "只", "low_mark": 10, "key": uuid.uuid4()}


def _answer(house, stage, role):
    return {"reporter": stage.ours[W].reporters.get().pk, "words": "厨房的冷水管", "channel": "phone"}


AS_IT_IS = "property/None/1/5/0"  # the rule of each house
REASON = {"reason": "说明一下"}
BODIES = {
    **asked.BODIES,
    **booked.BODIES,
    **served.BODIES,
    **seats.BODIES,
    **arranged.BODIES,
    **crew.BODIES,
    **walled.BODIES,
    "accounts:login": lambda h, s, r: {"phone": h.volunteer.phone, "password": PASSWORD},
    "accounts:password": lambda h, s, r: {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD},
    "accounts:people": lambda h, s, r: {"words": "刘"},
    "accounts:enrol": _enrolment,
    "notices:preferences": lambda h, s, r: {**outside.PREFERENCE, **outside.NIGHT},
    "notices:robot": lambda h, s, r: {"address": outside.ROBOT, "is_on": "on"},
    **gaps.BODIES,
    "tickets:desk": lambda h, s, r: {"desk": h.station.code},
    "tickets:receive": _request,
    "tickets:reveal": lambda h, s, r: {"reason": "call_back"},
    "tickets:tap": lambda h, s, r: {"kind": "water", "key": uuid.uuid4(), "desk": h.station.code},
    "tickets:undo_tap": lambda h, s, r: {"visit": s.shelves[0].visit.pk, "desk": h.station.code},
    "tickets:lend": _loan,
    "tickets:add_supply": lambda h, s, r: {**_supply(), "stock": 5, "desk": h.station.code},
    "tickets:supply": lambda h, s, r: {"kind": "used", "number": 1, "key": uuid.uuid4()},
    "tickets:edit_supply": lambda h, s, r: {**_supply(), "seen": stock.stamp(s.shelves[0].supply)},
    "tickets:hints": _request,
    "tickets:hand_over": lambda h, s, r: {"words": "轮椅五点还", "desk": h.station.code},
    "tickets:rule": lambda h, s, r: {"whom": "", "reply_days": 2, "resolve_days": 5, "seen": AS_IT_IS},
    "tickets:calendar_day": lambda h, s, r: {"wanted": "close", "reason": "换届选举", "sure": "1"},
    "tickets:calendar_notice": _notice,
    "tickets:merge": lambda h, s, r: {"number": s.ours[D].number, "sure": "1"},
    "tickets:detach": _detachment,
    "tickets:apart": lambda h, s, r: {"other": s.ours[D].number},
    "tickets:propose_again": lambda h, s, r: {"other": s.ours[D].number},
    "tickets:search": lambda h, s, r: {"q": "楼道灯"},
    "tickets:amend": _amendment,
    "tickets:dispatch": lambda h, s, r: {"unit": h.other_unit.pk},
    "tickets:release": lambda h, s, r: REASON,
    "tickets:hand_back": lambda h, s, r: REASON,
    "tickets:reply": lambda h, s, r: {"solvable": "no", "words": "没有配件", "told": "slip"},
    "tickets:ask_resident": lambda h, s, r: {"question": "是哪一根水管？"},
    "tickets:resident_answered": _answer,
    "tickets:answer": lambda h, s, r: {"words": "厨房的冷水管"},
    "tickets:resolve": lambda h, s, r: {"outcome": "solved", "words": "换好了"},
    "tickets:review": _review,
    "tickets:reopen": lambda h, s, r: REASON,
    "tickets:withdraw": lambda h, s, r: {"reason": "mistake"},
    "tickets:restore": lambda h, s, r: REASON,
    "tickets:photos": _photos,
    "tickets:tell": _told,
    "tickets:untell": _told,
    "tickets:photo_remove": lambda h, s, r: REASON,
    "tickets:track_code": lambda h, s, r: {"code": receipts.code(s.receipt)},
    "tickets:unlock": lambda h, s, r: {"tail": "1234"},
    "tickets:rate": lambda h, s, r: {**GOOD, "round": 1},
}
