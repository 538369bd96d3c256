"""Who may do what with rosters: leads with their own stations', volunteers with their own seats, the office reads.

Which rows somebody sees is said by `visible_to` on the models; which limits bind, in volunteers.limits.
"""

from accounts.models import Post, User
from stations.models import Area, Station
from volunteers.models import Assignment, Profile

Role = Post.Role
READERS = (*Post.STATION_ROLES, Role.DISPATCHER, Role.SECRETARY)
NOT_YOURS = "这是别人的班，请本人或站长来办。"
LEADS_ONLY = "只有本站站长能排班。"
OF_STATION_ONLY = "只有本站的志愿者和站长能报名。"


def leads(user: User, station: Station) -> bool:
    """Whether the person leads this station now."""
    return any(post.station_id == station.pk for post in user.posts_as(Role.STATION_LEAD))


def serves(user: User, station: Station) -> bool:
    """Whether the person is a volunteer or lead of this station now."""
    return any(post.station_id == station.pk for post in user.posts_as(*Post.STATION_ROLES))


def stations_read_by(user: User) -> list[Station]:
    """Whose rosters the person may look at: of the own posts there, then of the areas answered for.

    One statement for the office, none for the people of a station.
    """
    own = {post.station.pk: post.station for post in user.posts_as(*Post.STATION_ROLES)}
    nodes = [post.area_id for post in user.posts_as(Role.DISPATCHER, Role.SECRETARY)]
    if nodes:
        below = Station.objects.active().in_areas(Area.objects.below(nodes)).select_related("area")
        own.update({station.pk: station for station in below if station.pk not in own})
    return list(own.values())


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
