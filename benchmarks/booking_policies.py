"""What an office can do when somebody calls, between calls and in the evening."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.booking_book import TODAY, Book, plan_of, window_of
from benchmarks.booking_days import Caller
from benchmarks.booking_vroom import replan_all
from handyman.dispatch.deep import find_room
from handyman.dispatch.eligibility import find_exclusion
from handyman.dispatch.openings import Insertion, choose, open_day, settle
from handyman.dispatch.plan import plan
from handyman.dispatch.problem import Span
from handyman.dispatch.roads import Estimate
from handyman.dispatch.routing import Plan
from handyman.dispatch.rules import BOARD

BETWEEN, EVENING = 3_000, 20_000  # rounds: about 0.1 s while nobody calls, and half a second once a day

Decision = tuple[Span, Plan] | None  # None: the caller is refused
Decide = Callable[[Book, Caller], Decision]


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    decide: Decide  # while the caller waits
    between: int = 0  # rounds of planning after each promise, all promises kept
    evening: int = 0  # rounds once all have called
    needs: str = ""  # a package


def first_free(book: Book, caller: Caller) -> Decision:
    """Whoever comes first on the list and can, in the first window that suits."""
    for window in caller.windows:
        for day in book.days():
            if find_exclusion(caller.job, day, window):
                continue
            ready = open_day(caller.job, day, Estimate().minutes)
            if place := choose(ready.openings, window):
                return window, _with(book, (day.member_id, caller.id, settle(ready, place)))
    return None


def insertion(book: Book, caller: Caller) -> Decision:
    return _offered(book, caller, eject=False)


def ejection(book: Book, caller: Caller) -> Decision:
    """The board's own offer."""
    return _offered(book, caller, eject=True)


def deep_look(book: Book, caller: Caller) -> Decision:
    """The board's own offer, else a search around everything that was promised."""
    if offered := ejection(book, caller):
        return offered
    found = find_room(book.problem(weights=BOARD, told=True), book.plan, book.visit(caller))
    return None if found is None else (window_of(caller, found), found)


def replanned(book: Book, rounds: int) -> Plan:
    """The same promises, a better plan."""
    return plan(book.problem(), book.plan, seconds=None, rounds=rounds)


def _offered(book: Book, caller: Caller, *, eject: bool) -> Decision:
    offers = book.horizon.windows(caller.job, {TODAY: caller.windows}, limit=1, eject=eject)
    if not offers:
        return None
    best, (lead,) = offers[0], offers[0].team
    placed = [(lead.member_id, caller.id, lead.insertion)]
    if best.ejection:
        placed.append((best.ejection.to_member, best.ejection.visit_id, best.ejection.to.insertion))
    return best.window, _with(book, *placed)


def _with(book: Book, *placed: tuple[int, int, Insertion]) -> Plan:
    """The plan with these visits of members put in; what is in it already leaves its place first."""
    coming = {visit for _, visit, _ in placed}
    routes = {
        member: [(visit, start) for visit, start in stops if visit not in coming]
        for member, stops in book.routes().items()
    }
    for member, visit, there in placed:
        moved = [(other, there.moved.get(other, start)) for other, start in routes.get(member, ())]
        routes[member] = [*moved[: there.position], (visit, there.start), *moved[there.position :]]
    return plan_of(routes)


PROMISING = Policy("and a plan between calls", ejection, between=BETWEEN)
POLICIES = (
    Policy("first free member", first_free),
    Policy("cheapest insertion", insertion),
    Policy("and one ejection", ejection),
    Policy("and a plan in the evening", ejection, evening=EVENING),
    Policy("and a deep look", deep_look, evening=EVENING),
    PROMISING,
    Policy("and a deep look as well", deep_look, between=BETWEEN),
    Policy("VROOM plans all anew", replan_all, needs="vroom"),
)
