"""An office that has worked for four weeks and has promises for two more; everybody in it is made up.

The same day always gives the same office: chance is seeded with the day in Seoul.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from handyman import catalogue_rows
from handyman.demo import by_hand, checks, invented, loose_ends, moves, people, rows, stand_by, told, wishes
from handyman.demo.days import Planned, Planner
from handyman.dispatch.problem import Point, Span
from handyman.extensions import db, settings, transaction
from handyman.models import Installation, Material, Member, Resident, Role, ServiceItem, Skill, User
from handyman.words import seoul_day

PAST_DAYS, COMING_DAYS = 28, 14
TEXTS_SINCE = timedelta(days=7)  # older texts are no use to anybody
VISITS_A_DAY = 11
FEWEST = 3


def fill_if_empty(now: datetime) -> bool:
    """Fill a database that has neither an installation nor anybody who signs in. Needs an app context."""
    with transaction():
        if db.session.get(Installation, 1) is not None or db.session.scalar(select(User.id).limit(1)):
            return False
        _fill(now)
    return True


def sign_ins() -> list[tuple[str, str, str]]:
    """Role, login and password of each, for the newcomer at the terminal; none in a real office."""
    installation = db.session.get(Installation, 1)
    if installation is None or not installation.demo:
        return []
    return [(role.value, login, password) for role, login, password, _name in people.SIGN_INS]


def _fill(now: datetime) -> None:
    from handyman.board.plans.runs import next_working_day

    today = seoul_day(now)
    chance = Random(f"handyman {today}")  # noqa: S311  # the same office every time is the point
    db.session.add(Installation(id=1, demo=True, created_at=now))
    catalogue_rows.ensure()
    office, residents = _office(now, today, chance)
    planned = _plan(office, residents, chance)
    unanswered = loose_ends.pick_unanswered(planned, today)
    _ring_late(unanswered, now)
    calls = {id(each.call): each.call for each in planned}
    stories = rows.tell([*calls.values(), *loose_ends.calls_without_visits(residents, office)], office)
    with db.session.no_autoflush:
        _store(stories, unanswered, office)
    stand_by.put_one(list(office.members.values()), next_working_day(today))
    told.tell_of_visits(stories, office, now - TEXTS_SINCE)
    told.leave_some_untold(office)
    wishes.wish(stories, office)
    checks.come_again(residents, office)


def _store(stories: Sequence[rows.Story], unanswered: Sequence[Planned], office: rows.Office) -> None:
    skipped = {id(each) for each in unanswered}
    for story in stories:
        for planned, visit in story.visits:
            if unanswered and planned is unanswered[0]:
                loose_ends.find_nobody(visit, office)
    chosen = by_hand.choose(stories, office)
    db.session.add_all([story.request for story in stories])
    db.session.add_all([visit for story in stories for _planned, visit in story.visits])
    db.session.flush()
    materials = {row.code: row for row in db.session.scalars(select(Material))}
    by_hand.explain(chosen, office)
    moves.happen(stories, skipped, materials, office)
    loose_ends.settle(stories, office)
    db.session.flush()


def _ring_late(unanswered: Sequence[Planned], now: datetime) -> None:
    """Nobody has found time to answer: these calls came in this very hour, the first some hours ago."""
    for place, planned in enumerate(unanswered):
        planned.call.logged_at = now - (timedelta(hours=3) if place == 0 else timedelta(minutes=9 + place))


def _office(now: datetime, today: date, chance: Random) -> tuple[rows.Office, list[Resident]]:
    from handyman.board.calendar import find_expiry, is_working_day
    from handyman.geocode.gazetteer import embedded

    gazetteer = embedded()
    places = people.sample_places(gazetteer, people.RESIDENTS + len(people.MEMBERS), chance)
    users = people.make_users(now)
    skills = {skill.code: skill for skill in db.session.scalars(select(Skill))}
    members = people.make_members(places[: len(people.MEMBERS)], skills, today)
    db.session.flush()
    residents = people.make_residents(
        places[len(people.MEMBERS) :], gazetteer, users[Role.OPERATOR], now, chance
    )
    loose_ends.lose_addresses(residents)
    minutes, hours = settings().offer_minutes, settings().offer_hours
    days = (today - timedelta(days=ago) for ago in range(PAST_DAYS + 14, -1, -1))
    office = rows.Office(
        now=now,
        workdays=[day for day in days if is_working_day(day)],
        residents=residents,
        carers={carer.phones[0].number: carer for carer in people.care_workers()},
        members={member.id: member for member in members},
        items={item.code: item for item in db.session.scalars(select(ServiceItem))},
        operator=users[Role.OPERATOR],
        coordinator=users[Role.COORDINATOR],
        chance=chance,
        expires=lambda at, start: find_expiry(at, start, minutes, hours, is_working_day),
    )
    return office, residents


def _plan(office: rows.Office, residents: Sequence[Resident], chance: Random) -> list[Planned]:
    from handyman.board.calendar import is_working_day

    addresses = [resident.household.address for resident in residents[: -loose_ends.KEPT_BACK]]
    points = [Point(address.lat or 0.0, address.lon or 0.0) for address in addresses]
    members: list[Member] = list(office.members.values())
    planner = Planner(
        points=points,
        windows=[Span(window.start, window.end) for window in settings().promise_windows],
        days_of=people.days_of(members),
        chance=chance,
    )
    first = office.today - timedelta(days=PAST_DAYS)
    days = [first + timedelta(days=ahead) for ahead in range(PAST_DAYS + COMING_DAYS + 1)]
    counts = {day: _visits_on(day, office.today) for day in days if is_working_day(day)}
    return planner.fill(counts, past_until=office.today)


def _visits_on(day: date, today: date) -> int:
    """Full days behind and just ahead, thinner ones later."""
    ahead = max((day - today).days, 0)
    return max(VISITS_A_DAY - ahead // 2, FEWEST)


__all__ = ["fill_if_empty", "invented", "sign_ins"]
