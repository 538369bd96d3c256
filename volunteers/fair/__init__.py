"""A fair proposal (自动排班): who could serve on which open seat, so that no more rests on one than on another.

Decides nothing for anybody: what it proposes, people accept or decline. Plain Python without a database; the same
facts give the same proposal, in whatever order they come.
"""

from volunteers.fair import search
from volunteers.fair.given import Result, Task
from volunteers.fair.ground import Ground
from volunteers.fair.plan import Plan
from volunteers.fair.telling import evenness, given_places, left_open


def propose(task: Task) -> Result:
    """The best proposal found for the open seats of the task; seats that somebody has stay theirs."""
    ground = Ground(task)
    plan = search.greedy(ground)
    search.improve(plan)
    return told(plan)


def told(plan: Plan) -> Result:
    return Result(
        given_places(plan), left_open(plan), plan.score(), evenness(Plan(plan.ground)), evenness(plan)
    )
