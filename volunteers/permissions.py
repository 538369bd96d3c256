"""Who may do what with rosters: leads with their own stations', volunteers with their own seats, the office reads.

Which rows somebody sees is said by `visible_to` on the models; which limits bind, in volunteers.limits.
"""

from accounts.models import Post, User
from stations.models import Station
from volunteers.models import Assignment, Profile

Role = Post.Role
NOT_YOURS = "这是别人的班，请本人或站长来办。"
LEADS_ONLY = "只有本站站长能排班。"
OF_STATION_ONLY = "只有本站的志愿者和站长能报名。"


def leads(user: User, station: Station) -> bool:
    """Whether the person leads this station now."""
    return any(post.station_id == station.pk for post in user.posts_as(Role.STATION_LEAD))


def serves(user: User, station: Station) -> bool:
    """Whether the person is a volunteer or lead of this station now."""
    return any(post.station_id == station.pk for post in user.posts_as(*Post.STATION_ROLES))


def why_not_arrange(user: User, station: Station) -> str:
    """The sentence a refused person reads; empty when it is allowed. So are the others."""
    return "" if leads(user, station) else LEADS_ONLY


def why_not_seat(user: User, station: Station) -> str:
    """Oneself, or a colleague at the desk who has no phone."""
    return "" if serves(user, station) else OF_STATION_ONLY


def why_not_answer(user: User, assignment: Assignment) -> str:
    """For oneself, or as the lead whom the person has told; reads the seat's shift with its station."""
    return why_not_speak_for(user, assignment.profile, assignment.seat.shift.station)


def why_not_speak_for(user: User, profile: Profile, station: Station) -> str:
    return "" if user.pk == profile.user_id or leads(user, station) else NOT_YOURS
