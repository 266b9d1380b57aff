"""The compiled answer of a call is the one that can be read in plain Python, to the last bit."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.dispatch.answer import Question
from handyman.dispatch.core.call_arrays import POSITION
from handyman.dispatch.costs import place_cost, standing_cost
from handyman.dispatch.horizon import Horizon
from handyman.dispatch.openings import choose, open_day
from handyman.dispatch.problem import Job, MemberDay, Role, Span
from handyman.dispatch.ranking import find_role, rank
from handyman.dispatch.roads import ByPairs
from handyman.dispatch.rules import BOARD
from handyman.dispatch.windows import propose
from tests.dispatch.makers import flat_travel
from tests.dispatch.strategies import crews, jobs, loose_crews, spans

MONDAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY = MONDAY + timedelta(1), MONDAY + timedelta(2)
NOW = st.sampled_from([0, 0, 110, 125])
WINDOWS = st.lists(spans(90, 140, 40), max_size=4)
ROADS = ByPairs(flat_travel)
either_crew = crews() | crews(tiny=True) | loose_crews()


def make_horizon(days: dict[date, list[MemberDay]]) -> Horizon:
    horizon = Horizon(ROADS)
    for day, members in days.items():
        horizon.put(day, members)
    return horizon


@settings(max_examples=60, deadline=None)
@given(
    job=jobs(most_people=3), monday=either_crew, tuesday=either_crew, windows=WINDOWS, other=WINDOWS, now=NOW
)
def test_windows_are_those_of_the_readable_form(
    job: Job,
    monday: list[MemberDay],
    tuesday: list[MemberDay],
    windows: list[Span],
    other: list[Span],
    now: int,
) -> None:
    days = {MONDAY: monday, TUESDAY: tuesday, WEDNESDAY: monday}
    asked = {MONDAY: windows, TUESDAY: other, WEDNESDAY: []}
    wanted = propose(job, days, asked, flat_travel, {MONDAY: now}, limit=99)
    assert make_horizon(days).windows(job, asked, {MONDAY: now}, limit=99) == wanted


@settings(max_examples=50, deadline=None)
@given(job=jobs(most_people=2), crew=either_crew, windows=WINDOWS, now=NOW)
def test_every_seat_is_that_of_the_readable_form(
    job: Job, crew: list[MemberDay], windows: list[Span], now: int
) -> None:
    horizon = make_horizon({MONDAY: crew})
    question = Question(job, {MONDAY: windows}, {MONDAY: now}, BOARD)
    seats = horizon.ask(question).seats
    for row, member in enumerate(crew):
        role, exclusion = find_role(job, member, None)
        assert (seats.code[row] == 0) == (exclusion is None)
        if exclusion:
            continue
        assert bool(seats.leads[row]) == (role is Role.LEAD)
        openings = open_day(job, member, flat_travel, now).openings
        for number, window in enumerate(windows):
            seat, place = row * len(windows) + number, choose(openings, window)
            fields = seats.place[seat].tolist()
            assert (None if fields[POSITION] < 0 else tuple(fields)) == place
            if place:
                cost = place_cost(place.added_travel, place.moves_others, place.slack, BOARD)
                assert seats.cost[seat] == standing_cost(job, member, BOARD) + cost


@settings(max_examples=60, deadline=None)
@given(job=jobs(most_people=2), crew=either_crew, window=spans(90, 140, 40), now=NOW)
def test_candidates_are_those_of_the_readable_form(
    job: Job, crew: list[MemberDay], window: Span, now: int
) -> None:
    answer = make_horizon({MONDAY: crew}).candidates(job, MONDAY, window, now)
    assert answer == rank(job, crew, window, flat_travel, now)


@settings(max_examples=50, deadline=None)
@given(job=jobs(most_people=2), monday=loose_crews(), tuesday=loose_crews(), windows=WINDOWS, now=NOW)
def test_ejections_are_those_of_the_readable_form(
    job: Job, monday: list[MemberDay], tuesday: list[MemberDay], windows: list[Span], now: int
) -> None:
    days, asked = {MONDAY: monday, TUESDAY: tuesday}, {MONDAY: windows, TUESDAY: windows}
    horizon = make_horizon(days)
    for earliest in ({MONDAY: now}, {}, {MONDAY: now + 5}):
        wanted = propose(job, days, asked, flat_travel, earliest, limit=99)
        assert horizon.windows(job, asked, earliest, limit=99) == wanted
