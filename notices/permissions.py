"""Who reads notices, who may set a unit's group robot, and who decides about dead letters."""

from accounts.models import Post, User
from stations.models import Unit

Role = Post.Role
DECIDERS = (Role.DISPATCHER, Role.SECRETARY, Role.ADMIN)


def reads_notices(user: User) -> bool:
    """Not who has lost the last post: number, building and category of old ones are no longer theirs to read."""
    return bool(user.active_posts)


def sets_robots(user: User) -> bool:
    return user.has_role(Role.UNIT_LEAD, Role.DISPATCHER)


def units_with_robots_of(user: User) -> dict[int, Unit]:
    """{id: unit}: a lead's own units, and all that are in use in a dispatcher's communities."""
    communities = [post.area_id for post in user.posts_as(Role.DISPATCHER)]
    led = [post.unit_id for post in user.posts_as(Role.UNIT_LEAD)]
    return {unit.pk: unit for unit in Unit.objects.active().led_or_in(led, communities).by_area()}


def decides_about_dead_letters(user: User) -> bool:
    return user.has_role(*DECIDERS)


def reads_dead_letters(user: User) -> bool:
    """What a letter is about, number, building and category: nothing for the admin."""
    return user.has_role(Role.DISPATCHER, Role.SECRETARY)
