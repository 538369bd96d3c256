"""What the matrix asks of volunteers: their profiles, a team, a lead's list, and what is sent about them."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from tests.factories import House, UnitFactory
from tests.volunteers.books import GOOD, book
from tests.volunteers.rosters import profile_of
from volunteers import particulars, times
from volunteers.models import PeopleImport, Profile, Skill, Team

ROUTES = ("my_part", "part", "person", "team", "edit_team", "import_preview", "import_faults")
BODIES = {
    "volunteers:people": lambda h, s, r: {"words": "刘"},
    "volunteers:team": lambda h, s, r: {"what": "project", "name": "每月理发"},
    "volunteers:found_team": lambda h, s, r: {"name": "文艺队"},
    "volunteers:edit_team": lambda h, s, r: {"name": "维修队"},
    "volunteers:import": lambda h, s, r: {"station": h.station.pk, "file": book((*GOOD[:4], ""))},
}


@dataclass
class Crew:
    """Volunteers of a community: profiles, a team, and a list that the lead is looking at."""

    house: House

    def __post_init__(self):
        self.profile, _ = (profile_of(user) for user in (self.house.volunteer, self.house.lead))
        self.team = Team.objects.create(area=self.house.area, name="便民维修队")
        self.project = self.team.projects.create(name="家电义修")
        self.file = PeopleImport.objects.create(
            station=self.house.station, by=self.house.lead, made_at=timezone.now()
        )

    def pk(self, name):
        if name in ("part", "person"):
            return self.profile.pk
        return self.file.pk if name.startswith("import_") else self.team.pk


def args(crews, name, which):
    """Of the address: whose, and which part of a profile."""
    if name == "my_part":
        return ["times" if which == "ours" else "nothing"]
    own = {"ours": crews[0], "foreign": crews[1]}.get(which)
    return [own.pk(name) if own else 10**9, *(["times"] if name == "part" else [])]


POSTED = (
    "leave",
    "skill to drop",
    "member",
    "new lead",
    "project",
    "new member",
    "team's unit",
    "import's station",
)


def posted(stage):
    """What a form of these pages names, of another community: see test_posted_ids."""
    own, other = stage.crews
    absence = other.profile.absences.get_or_create(from_on="2036-01-01", until_on="2036-01-02")[0]
    member = other.team.members.get_or_create(profile=other.profile)[0].pk
    held = other.profile.skills.get_or_create(skill=Skill.objects.get_or_create(name="理发")[0])[0]
    unit = UnitFactory(area=other.house.area, kind="volunteer_team")
    team, listed = [own.team.pk], {"file": book(GOOD)}
    skills = [own.profile.pk, "skill"]
    return {
        "leave": ("volunteer", "volunteers:my_part", ["absence"], {}, "withdraw", absence.pk),
        "skill to drop": ("lead", "volunteers:part", skills, {}, "drop", held.skill_id),
        "member": ("lead", "volunteers:team", team, {}, "remove", member),
        "new lead": ("lead", "volunteers:team", team, {}, "lead", member),
        "project": ("lead", "volunteers:team", team, {}, "stop", other.project.pk),
        "new member": (
            "lead",
            "volunteers:team",
            team,
            {"what": "member"},
            "words",
            other.profile.user.phone,
        ),
        "team's unit": ("dispatcher", "volunteers:found_team", None, {"name": "新队"}, "unit", unit.pk),
        "import's station": ("lead", "volunteers:import", None, listed, "station", other.house.station.pk),
    }


def filled(own, house):
    """The profile and the team of a crew with everything that their pages can show."""
    profile, team, today = own.profile, own.team, timezone.localdate()
    writing = {
        "about": "会下棋，腿脚不好少站",
        "vest_number": "HY01-017",
        "born_on": today - timedelta(days=16 * 365),
    }
    Profile.objects.filter(pk=profile.pk).update(**writing, consented_at=timezone.now())
    particulars.write_times(profile, times.read("周一上午、周三14:00-17:00、周六全天"))
    profile.absences.create(from_on=today, until_on=today + timedelta(days=9), reason="回老家看孙子")
    for name, held in {"水电工": {"proof": "电工证，看过原件", "expires_on": today}, "义诊": {}}.items():
        skill = Skill.objects.get_or_create(name=name, defaults={"needs_proof": True})[0]
        profile.skills.create(skill=skill, **held)
    unit = UnitFactory(area=house.area, name="便民维修服务队", kind="volunteer_team")
    Team.objects.filter(pk=team.pk).update(unit=unit, colour="red", about="水电、家电、开锁、疏通，小修小补")
    team.members.create(profile=profile, is_lead=True)
    own.file.rows = [{"row": 2, "name": "李秀兰", "phone": "13811110001", "vest_number": "", "born_on": None,
                      "skills": [1], "teams": [], "times": [[0, 540, 750, False]], "monthly_hours": None}]  # fmt: skip
    own.file.faults = [{"row": 3, "name": "", "reasons": ["没有填姓名", "手机号不对：12345"]}]
    own.file.save()
    return profile, team
