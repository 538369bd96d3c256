"""What the demo's volunteers have said of themselves, and 彩虹志愿服务联盟, the seven teams of the estate.

Seeded: the same people have time on the same weekdays whenever it is loaded; leave and proofs follow that day.
"""

from datetime import date, datetime, timedelta
from random import Random

from accounts.models import User
from stations.models import Unit
from tickets.demo.moments import local
from tickets.demo.places import Community
from volunteers import times
from volunteers.models import Absence, Availability, Member, Profile, ProfileSkill, Project, Skill, Team

ALLIANCE = "彩虹志愿服务联盟"
# Colour, name, what it does, its projects; the repair team is the unit of that name.
TEAMS = (
    ("red", "党员先锋队", "带头值班，急难事先上", ("政策宣讲", "困难家庭结对")),
    ("orange", "便民维修队", "水电、家电、开锁、疏通，小修小补", ("家电义修", "上门小修")),
    ("yellow", "银龄关爱队", "陪老人看病、买菜、聊天", ("独居老人探访", "代买代办")),
    ("green", "绿色家园队", "楼道清理、垃圾分类、护绿", ("垃圾分类引导", "楼道清理日")),
    ("cyan", "青苗陪伴队", "放学后看护、讲故事", ("四点半课堂", "周末故事会")),
    ("blue", "平安巡逻队", "消防通道、电动车充电、夜间巡看", ("消防通道巡查", "夜间巡看")),
    ("purple", "文艺宣传队", "理发义诊、写春联、排节目", ("每月理发", "重阳文艺演出")),
)
LED_BY_THE_KNOWN = "银龄关爱队"  # by the volunteer whose sign-in is listed
ABOUT = ("会下棋，爱聊天", "腿脚不好，少站", "会说方言", "做过电工", "会用手机，可以教老人", "只方便上午", "")
REASONS = ("回老家", "住院检查", "带孙子", "出门旅游")
SKILLS = (
    "瓦工",
    "木工",
    "漆工",
    "水电工",
    "焊工",
    "石匠",
    "勤杂工",
    "理发",
    "家电维修",
    "义诊",
)  # as migrated
PROOFS = {"水电工": "电工证，看过原件", "焊工": "焊工证，看过原件", "义诊": "医师执业证，看过原件"}
MEMBERS = 13  # of each team, besides those who hold the unit's posts


def fill(homes: list[Community], now: datetime) -> None:
    """Profiles of every volunteer; the alliance at the estate, a team wherever one is a unit."""
    today = local(now).date()
    for n, home in enumerate(homes):
        rng = Random(f"{ALLIANCE}{n}")
        people = _profiles(home)
        _say(people, rng, now)
        _have_time(people, rng)
        _can(people, rng, today, now)
        if n == 0:
            _exceptions(people, today, now)
        _unite(home, people, rng, TEAMS if n == 0 else (), today)


def _profiles(home: Community) -> list[Profile]:
    """Of the stations one after the other; the lead of each stands first."""
    stations = [station.pk for station in home.stations]
    found = Profile.objects.at_stations(stations).select_related("user").order_by("vest_number")
    return list(found)


def _say(people: list[Profile], rng: Random, now: datetime) -> None:
    for profile in people:
        profile.monthly_hours = rng.choice((8, 12, 16, 16, 20, 24, 32))
        profile.weekly_hours = rng.choice((12, 16, 20, 20))
        profile.about = rng.choice(ABOUT)
        profile.born_on = date(rng.randint(1948, 1985), rng.randint(1, 12), rng.randint(1, 28))
        if rng.random() < 0.8:
            profile.consented_at = now - timedelta(days=rng.randint(20, 400))
            profile.shows_name, profile.shows_phone = rng.random() < 0.6, rng.random() < 0.5
            profile.may_be_called_out = rng.random() < 0.85
    said = ("monthly_hours", "weekly_hours", "about", "born_on", "consented_at")
    Profile.objects.bulk_update(people, [*said, "shows_name", "shows_phone", "may_be_called_out"])


def _have_time(people: list[Profile], rng: Random) -> None:
    """Two to four days a week; mornings are liked, weekends and evenings less."""
    made = []
    for profile in people:
        for weekday in sorted(rng.sample((0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6), rng.randint(3, 6))):
            parts = rng.choice((["am"], ["am"], ["pm"], ["am", "pm"], ["eve"], ["pm", "eve"]))
            made += [
                Availability(
                    profile=profile,
                    weekday=one.weekday,
                    from_minute=one.from_minute,
                    until_minute=one.until_minute,
                    is_wished=one.is_wished,
                )
                for one in times.stretches(weekday, times.Day(parts, None, rng.random() < 0.25))
            ]
    once = {(a.profile.pk, a.weekday): a for a in made}
    Availability.objects.bulk_create(once.values())


def _can(people: list[Profile], rng: Random, today: date, now: datetime) -> None:
    """Every other has a skill; proofs were looked at by the lead, who stands first."""
    skills, lead = [_skill(name) for name in SKILLS], people[0].user
    made = []
    for profile in people[1:]:
        for skill in rng.sample(skills, rng.choice((0, 0, 1, 1, 2))):
            seen: dict[str, object] = {}
            if skill.needs_proof:
                until = today + timedelta(days=rng.randint(90, 900))
                seen = {"proof": PROOFS.get(skill.name, "看过原件"), "expires_on": until}
                seen |= {"checked_by": lead, "checked_at": now - timedelta(days=rng.randint(5, 200))}
            made.append(ProfileSkill(profile=profile, skill=skill, **seen))
    ProfileSkill.objects.bulk_create(made)


def _skill(name: str) -> Skill:
    return Skill.objects.get_or_create(name=name, defaults={"needs_proof": name in PROOFS})[0]


def _exceptions(people: list[Profile], today: date, now: datetime) -> None:
    """Three who are under age, one of them without consent; a proof that runs out, one unseen; some who are away."""
    for n, profile in enumerate(people[12:15]):
        profile.born_on = today - timedelta(days=365 * 16 + 100 * n)
        if n < 2:
            profile.guardian_name = f"{profile.user.name[0]}家长"
            profile.guardian_consented_on = today - timedelta(days=30 + n)
    Profile.objects.bulk_update(people[12:15], ["born_on", "guardian_name", "guardian_consented_on"])
    wireman, doctor = (_skill(name) for name in ("水电工", "义诊"))
    runs_out = {"proof": PROOFS["水电工"], "expires_on": today + timedelta(days=12)}
    seen = {**runs_out, "checked_by": people[0].user, "checked_at": now - timedelta(days=300)}
    ProfileSkill.objects.update_or_create(profile=people[5], skill=wireman, defaults=seen)
    nobody = {"proof": "", "expires_on": None, "checked_by": None, "checked_at": None}
    ProfileSkill.objects.update_or_create(profile=people[6], skill=doctor, defaults=nobody)
    Absence.objects.bulk_create(
        Absence(
            profile=profile,
            from_on=today + timedelta(days=2 * n - 2),
            until_on=today + timedelta(days=2 * n + 5),
            reason=REASONS[n % len(REASONS)],
        )
        for n, profile in enumerate(people[20:28])
    )


def _unite(home: Community, people: list[Profile], rng: Random, teams, today: date) -> None:
    """The teams, each with projects and members; who holds a unit's posts belongs to the team that is the unit."""
    units = {unit.name: unit for unit in home.units.values() if unit.kind == Unit.Kind.VOLUNTEER_TEAM}
    wanted = {name: (colour, about, projects) for colour, name, about, projects in teams}
    others = {name: ("", "", ()) for name in units if not teams and name not in wanted}
    for name, (colour, about, projects) in {**wanted, **others}.items():
        told = f"{ALLIANCE}：{about}" if about else ""
        team = Team.objects.create(area=home.area, name=name, colour=colour, about=told, unit=units.get(name))
        Project.objects.bulk_create(Project(team=team, name=project) for project in projects)
        first = [people[1]] if name == LED_BY_THE_KNOWN else _holders(home, team.unit, today)
        members = [*first, *rng.sample(people, min(MEMBERS, len(people)))]
        Member.objects.bulk_create(
            Member(team=team, profile=profile, is_lead=n == 0, joined_on=profile.joined_on)
            for n, profile in enumerate(dict.fromkeys(members))
        )


def _holders(home: Community, unit: Unit | None, today: date) -> list[Profile]:
    """Profiles of those who take the unit's tickets, its lead first."""
    if unit is None:
        return []
    users: list[User] = [home.leads[unit.pk].user, *(person.user for person in home.staff[unit.pk])]
    return Profile.objects.bulk_create(
        Profile(user=user, joined_on=today - timedelta(days=500)) for user in users
    )
