"""Who a plan plans for: a person for each month, with what they hold already and their caps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from handyman.board.plans.facts import Facts, PromisedVisit
from handyman.board.plans.kept_places import KeptPlace
from handyman.dispatch.routing import Person

MONTHS = 10**9  # a member of the second month of a plan has an id of its own: each month has its own cap


def vehicle_id(member_id: int, day: int) -> int:
    """Of a member on a day, counted from the first."""
    return day * MONTHS + member_id


def member_of(any_id: int) -> int:
    """Back from the id of a vehicle or of a person."""
    return any_id % MONTHS


class HeldTime:
    """What members hold already of the visits that take part, and what is kept of their time."""

    def __init__(
        self,
        facts: Facts,
        part: Sequence[tuple[PromisedVisit, tuple[int, ...]]],
        kept: Sequence[KeptPlace],
    ) -> None:
        paces = {member.member_id: member for _day, member in facts.member_days()}
        self.minutes: dict[tuple[int, date], int] = defaultdict(int)
        self.of_month: dict[tuple[int, date], int] = defaultdict(int)
        for visit, places in part:
            for place in places:
                who = visit.team[place].member_id
                if who in paces:
                    minutes = paces[who].minutes(visit.service_minutes)
                    self.minutes[who, visit.day] += minutes
                    self.of_month[who, visit.day.replace(day=1)] += minutes
        self.kept: dict[tuple[int, date], int] = defaultdict(int)
        for one in kept:
            self.minutes[one.member_id, one.day] += one.service_minutes
            self.kept[one.member_id, one.day.replace(day=1)] += one.service_minutes


def person_of(member_id: int, day: date, facts: Facts) -> int:
    return member_id if day.replace(day=1) == facts.first.replace(day=1) else MONTHS + member_id


def people_of(facts: Facts, held: HeldTime) -> Iterable[Person]:
    """Each once for each month. What stands already may stay, even beyond a cap that came later."""
    seen: set[int] = set()
    for day, member in facts.member_days():
        person = person_of(member.member_id, day, facts)
        if person in seen:
            continue
        seen.add(person)
        month = (member.member_id, day.replace(day=1))
        own = held.of_month[month]
        used = max(member.month_minutes - own, 0)
        cap = None if member.monthly_cap is None else max(member.monthly_cap, used + own + held.kept[month])
        yield Person(person, used, cap, member.wished_minutes)
