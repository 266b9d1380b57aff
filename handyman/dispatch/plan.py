"""The plan of a day or a week: new, or better than the one that stands. The longer it may look, the better.

Same problem, seed, threads and number of rounds give the same plan. A limit in seconds only ends the search
earlier, when the rounds are given too; alone it also sets how fast the search cools.
"""

from time import monotonic

from handyman.dispatch.compile import compile_problem
from handyman.dispatch.limits import Limits, Watch
from handyman.dispatch.routing import Plan, Problem
from handyman.dispatch.search import Search


def plan(
    problem: Problem,
    standing: Plan | None = None,
    *,
    seconds: float | None = 2.0,
    rounds: int | None = None,
    seed: int = 0,
    threads: int = 1,
    watch: Watch | None = None,
) -> Plan:
    """The best plan found in the time or rounds given; never worse than the one that stands.

    The time covers reading the problem, too, but not compiling the search where that has not been done.
    Each thread searches for itself, with as many rounds, and learns from the others now and then.
    """
    began = monotonic()
    search = Search(compile_problem(problem), seed, threads)
    search.load(standing)
    left = None if seconds is None else max(seconds - (monotonic() - began), 0.0)
    search.run(Limits(left, rounds), watch)
    return search.best_plan()
