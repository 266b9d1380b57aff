"""A deeper look before a caller is refused: the whole day is planned around the visit, every promise kept.

For calls that find no window by insertion or by one visit that changes its member (`windows`). Several visits
may change their members at once, as few as the search finds; it looks for some rounds, always as many.
"""

from dataclasses import replace

from handyman.dispatch.repair import repair
from handyman.dispatch.routing import Plan, Problem, Visit
from handyman.dispatch.walk import served_by

ROUNDS = 3_000  # for a day of 70 visits a tenth of a second


def find_room(
    problem: Problem, standing: Plan, visit: Visit, *, rounds: int = ROUNDS, seed: int = 0
) -> Plan | None:
    """The plan with the visit in one of its windows, if there is one; `differences` says what it changes.

    None also where it could only be had by giving a promise up. `standing` serves what was promised.
    """
    asked = replace(problem, visits=(*problem.visits, replace(visit, promised=True)))
    found = repair(asked, standing, seconds=None, rounds=rounds, seed=seed)
    return found if served_by(standing) | {visit.id} <= served_by(found) else None
