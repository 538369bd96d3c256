"""Who may do what with rosters: leads with their own stations', volunteers with their own seats, the office reads.

Which rows somebody sees is said by `visible_to` on the models; which limits bind, in volunteers.limits.
"""

from accounts.models import Post, User
from stations.models import Area, Station
from volunteers.models import Assignment, Profile, Team

Role = Post.Role
HOURS_READERS = (Role.STATION_LEAD, Role.SECRETARY)
READERS = (*Post.STATION_ROLES, Role.DISPATCHER, Role.SECRETARY)
NOT_YOURS = "这是别人的班，请本人或站长来办。"
LEADS_ONLY = "只有本站站长能排班。"
OF_STATION_ONLY = "只有本站的志愿者和站长能报名。"
OWN_ONLY = "档案只有本人和本站站长能改。"
OTHER_NAME = "这个人在别处登记过，姓名没有对上，档案由本人或原来的站长改。"
KEEPER_ONLY = "监护人和本人的同意，由本人或他最早服务的站的站长来记。"
VOUCH_ONLY = "证件和监护人的同意由本站站长核对；站长自己的由另一位站长或系统管理员核对。"
TEAM_ONLY = "队员和服务项目由队长、本社区的站长或派单员来管。"
FOUND_ONLY = "新建和改队伍由本社区的派单员来做。"


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


def why_not_edit_profile(user: User, profile: Profile) -> str:
    """Reads and changes it: oneself; or, for somebody without a phone, a lead to whom the person is known.

    Whoever enrols a number under another name than its owner's has a post to seat, and learns nothing else.
    """
    if user.pk == profile.user_id or _led_by(user) & set(_known_at(profile)):
        return ""
    return OTHER_NAME if leads_person(user, profile) else OWN_ONLY


def why_not_keep_consents(user: User, profile: Profile) -> str:
    """The person's consents, birthday and guardian: oneself, or a lead where the person has served the longest."""
    sentence = why_not_edit_profile(user, profile)
    if sentence or user.pk == profile.user_id:
        return sentence
    return "" if _known_at(profile)[0] in _led_by(user) else KEEPER_ONLY


def why_not_vouch(user: User, profile: Profile) -> str:
    """A proof is looked at by a lead who is somebody else."""
    if user.pk == profile.user_id or not leads_person(user, profile):
        return VOUCH_ONLY
    return why_not_edit_profile(user, profile)


def why_not_keep_guardian(user: User, profile: Profile) -> str:
    """A guardian is spoken to by a lead who is somebody else, where the person has served the longest."""
    return why_not_vouch(user, profile) or why_not_keep_consents(user, profile)


def why_not_open_part(user: User, profile: Profile, part: str) -> str:
    """The page on which a lead changes it."""
    kept = part in ("consent", "guardian")
    return why_not_keep_consents(user, profile) if kept else why_not_edit_profile(user, profile)


def leads_person(user: User, profile: Profile) -> bool:
    return any(post.station_id in _led_by(user) for post in profile.user.posts_as(*Post.STATION_ROLES))


def _led_by(user: User) -> set[int | None]:
    return {post.station_id for post in user.posts_as(Role.STATION_LEAD)}


def _known_at(profile: Profile) -> list[int]:
    """Stations where the person serves under the own name, the one of the first post first; one statement."""
    posts = Post.objects.active().as_role(*Post.STATION_ROLES).filter(user=profile.user_id)
    return list(posts.under_right_name().order_by("started_at", "pk").values_list("station", flat=True))


def why_not_keep_team(user: User, team: Team) -> str:
    """Members and projects: its own leads, leads of a station of the community, the community's dispatcher."""
    if team.area_id in _areas_led(user) or not why_not_found_team(user, team.area):
        return ""
    if user.has_role(*Post.STATION_ROLES) and team.members.leading().of_user(user).exists():
        return ""
    return TEAM_ONLY


def why_not_found_team(user: User, area: Area) -> str:
    """A new team, its name, the unit it is."""
    posts = user.posts_as(Role.DISPATCHER)
    return "" if any(post.area_id == area.pk for post in posts) else FOUND_ONLY


def _areas_led(user: User) -> set[int]:
    return {post.station.area_id for post in user.posts_as(Role.STATION_LEAD)}
