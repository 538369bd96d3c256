"""Who serves and when: people, teams, patterns, shifts, who has which seat, and the hours that were given."""

from volunteers.models.duty import CheckInCode, HandOver
from volunteers.models.feed import CalendarFeed
from volunteers.models.imports import PeopleImport
from volunteers.models.people import Absence, Availability, Profile, ProfileSkill, Skill
from volunteers.models.records import Correction, CorrectionRequest, ServiceRecord
from volunteers.models.roster import Closure, RosterPattern, Seat, SeatPattern, Shift, ShiftPattern
from volunteers.models.seating import Assignment, AssignmentEvent, Proposal, StandingAssignment
from volunteers.models.teams import Member, Project, Team
from volunteers.models.waiting import Asking, Waiting

__all__ = [
    "Absence",
    "Asking",
    "Assignment",
    "AssignmentEvent",
    "Availability",
    "CalendarFeed",
    "CheckInCode",
    "Closure",
    "Correction",
    "CorrectionRequest",
    "HandOver",
    "Member",
    "PeopleImport",
    "Profile",
    "ProfileSkill",
    "Project",
    "Proposal",
    "RosterPattern",
    "Seat",
    "SeatPattern",
    "ServiceRecord",
    "Shift",
    "ShiftPattern",
    "Skill",
    "StandingAssignment",
    "Team",
    "Waiting",
]
