"""Who may enrol, remove and give one-time passwords to whom: one table, resolved inside the actor's posts.

What a role may do with tickets is decided in tickets.permissions; who may sign in, in accounts.sign_in.
"""

from dataclasses import dataclass

from accounts.models import Post, User
from stations.models import Station, Unit

Role = Post.Role

# The admin's people are kept in the Django admin; dispatchers and secretaries keep none.
MANAGES: dict[str, tuple[str, ...]] = {
    Role.VOLUNTEER: (),
    Role.STATION_LEAD: (Role.VOLUNTEER,),
    Role.UNIT_STAFF: (),
    Role.UNIT_LEAD: (Role.UNIT_STAFF,),
    Role.DISPATCHER: (),
    Role.SECRETARY: (),
    Role.ADMIN: (),
}

NOT_YOURS = "只能登记和移出自己站点或单位的人员。"
ENDED = "这个岗位身份已经结束。"
POSTS_ELSEWHERE = "这个人还有别处的岗位身份，请他本人改密码，或请系统管理员处理。"
POSTS_BEFORE = "这个人以前有别处的岗位身份，请他本人改密码，或请系统管理员处理。"
LAST_ADMIN = "至少要留一个系统管理员。"


@dataclass(frozen=True)
class Opening:
    """A role in a scope that somebody may give to people and take from them."""

    role: str
    scope: Station | Unit

    @property
    def fields(self) -> dict[str, object]:
        """How the opening is written in a Post."""
        return {"role": self.role, "station" if isinstance(self.scope, Station) else "unit": self.scope}

    @property
    def key(self) -> str:
        return f"{self.role}-{self.scope.pk}"

    def __str__(self) -> str:
        return f"{self.scope}的{Role(self.role).label}"


def openings(user: User) -> list[Opening]:
    """Every role in every scope this person may fill; empty for those who lead nobody."""
    return [Opening(role, post.scope) for post in user.active_posts for role in MANAGES[post.role]]


def can_manage_people(user: User) -> bool:
    return bool(openings(user))


def why_not_enrol(by: User, opening: Opening) -> str:
    """The sentence a refused person reads; empty when it is allowed. So are the others."""
    return "" if opening in openings(by) else NOT_YOURS


def why_not_remove(by: User, post: Post) -> str:
    if post.ended_at:
        return ENDED
    if by.has_role(Role.ADMIN):
        return LAST_ADMIN if _is_last_admin(post) else ""
    return "" if _is_within(post, openings(by)) else NOT_YOURS


def why_not_reset_password(by: User, person: User) -> str:
    """A new password opens everything a person holds, and their name, notices and hours of before.

    So all of it must be the lead's to give, posts that have ended too: whoever knows a number can enrol its owner.
    """
    if by.has_role(Role.ADMIN):
        return ""
    own = openings(by)
    within = [_is_within(post, own) for post in person.active_posts]
    if not any(within):
        return NOT_YOURS
    if not all(within):
        return POSTS_ELSEWHERE
    before = Post.objects.filter(user=person).select_related("station", "unit")
    return "" if all(_is_within(post, own) for post in before) else POSTS_BEFORE


def why_not_switch_off(person: User) -> str:
    """Somebody must be left who can let people in."""
    return LAST_ADMIN if any(_is_last_admin(post) for post in person.active_posts) else ""


def _is_within(post: Post, own: list[Opening]) -> bool:
    return any(post.role == opening.role and post.scope == opening.scope for opening in own)


def _is_last_admin(post: Post) -> bool:
    return post.role == Role.ADMIN and Post.objects.active().as_role(Role.ADMIN).count() == 1
