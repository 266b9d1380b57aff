"""What finished visits teach about how long work takes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handyman.dispatch.service_times import (
    LEAST_RATIO,
    LEAST_VISITS,
    MOST_RATIO,
    PRIOR_MINUTES,
    Estimate,
    FinishedVisit,
    Learned,
    Work,
    learn,
    rescale,
)

LAMP, RAIL = 1, 2
works = st.builds(
    Work, st.sampled_from([LAMP, RAIL, 3]), st.integers(1, 5), st.integers(0, 120), st.booleans()
)
visits = st.builds(
    FinishedVisit,
    st.integers(0, 1440),
    st.lists(works, max_size=3).map(tuple),
    st.none() | st.integers(1, 3),
)
histories = st.lists(visits, max_size=20)


def visit(reported: int, *planned: tuple[int, int], member_id: int | None = None) -> FinishedVisit:
    return FinishedVisit(reported, tuple(Work(item, 1, minutes) for item, minutes in planned), member_id)


def lamp(reported: int, planned: int = 40, member_id: int | None = None) -> FinishedVisit:
    return visit(reported, (LAMP, planned), member_id=member_id)


def same(one: Learned, other: Learned) -> bool:
    def near(a: Estimate, b: Estimate) -> bool:
        return a.visits == b.visits and a.ratio == pytest.approx(b.ratio)

    return all(
        mine.keys() == theirs.keys() and all(near(mine[key], theirs[key]) for key in mine)
        for mine, theirs in ((one.items, other.items), (one.members, other.members))
    )


def test_as_many_reported_minutes_as_the_prior_are_taken_over_by_half() -> None:
    reports = [lamp(60) for _ in range(PRIOR_MINUTES // 40)]
    assert learn(reports).items[LAMP].ratio == pytest.approx(1.25)


def test_many_steady_reports_are_taken_over_nearly_whole() -> None:
    assert learn([lamp(60)] * 200).items[LAMP].ratio == pytest.approx(1.5, abs=0.02)


def test_one_forgotten_check_out_moves_an_item_by_less_than_a_third_of_its_minutes() -> None:
    steady = [lamp(40)] * 20
    forgotten = learn([*steady, lamp(24 * 60)]).items[LAMP].ratio
    assert 1 < forgotten < 1 + 0.3
    assert forgotten == learn([*steady, lamp(40 * 3)]).items[LAMP].ratio


def test_items_of_one_visit_share_what_it_took() -> None:
    learned = learn([visit(90, (LAMP, 20), (RAIL, 40))] * 12).items
    assert learned[LAMP].ratio == pytest.approx((PRIOR_MINUTES + 12 * 30) / (PRIOR_MINUTES + 12 * 20))
    assert learned[RAIL].ratio == pytest.approx((PRIOR_MINUTES + 12 * 60) / (PRIOR_MINUTES + 12 * 40))


def test_the_same_item_twice_in_one_visit_is_one_visit_of_more_pieces() -> None:
    found = learn([visit(80, (LAMP, 40), (LAMP, 40))]).items[LAMP]
    assert (found.visits, found.usual_pieces) == (1, 2)


def test_a_few_visits_are_not_enough_to_propose_anything() -> None:
    assert not learn([lamp(80)] * (LEAST_VISITS - 1)).items[LAMP].enough
    assert learn([lamp(80)] * LEAST_VISITS).items[LAMP].enough


def test_a_visit_already_learned_from_says_nothing_of_its_item_and_still_of_its_member() -> None:
    old = FinishedVisit(80, (Work(LAMP, 1, 40, counts=False),), member_id=7)
    learned = learn([old] * 30)
    assert learned.items == {}
    assert learned.members[7].pace_percent > 150


def test_a_member_is_slow_only_against_what_the_work_takes_everybody() -> None:
    everybody = [lamp(60, member_id=member) for member in range(1, 9) for _ in range(20)]
    members = learn(everybody).members
    assert {found.pace_percent for found in members.values()} == {100}
    with_slow = learn([*everybody, *[lamp(90, member_id=9)] * 20]).members
    assert with_slow[9].pace_percent > 125
    assert with_slow[1].pace_percent >= 95  # the slow one makes everybody else a little quick


def test_a_pair_says_nothing_of_either() -> None:
    assert learn([lamp(90)] * 20).members == {}


@given(history=histories)
def test_what_went_as_planned_teaches_nothing(history: list[FinishedVisit]) -> None:
    learned = learn([replace(each, reported=each.planned) for each in history])
    ratios = [found.ratio for found in (*learned.items.values(), *learned.members.values())]
    assert ratios == pytest.approx([1.0] * len(ratios))


@given(history=histories)
def test_an_estimate_never_leaves_the_bounds_of_reason(history: list[FinishedVisit]) -> None:
    learned = learn(history)
    for found in (*learned.items.values(), *learned.members.values()):
        assert LEAST_RATIO <= found.ratio <= MOST_RATIO
        assert 50 <= found.pace_percent <= 200
        assert found.pace_percent % 5 == 0
        assert 1 <= found.visits <= len(history)
        assert found.usual_pieces >= 1


@given(history=histories, data=st.data())
def test_the_order_and_the_numbers_of_visits_say_nothing(
    history: list[FinishedVisit], data: st.DataObject
) -> None:
    assert same(learn(data.draw(st.permutations(history))), learn(history))


@given(history=st.lists(visits, min_size=1, max_size=12), more=st.integers(1, 300), data=st.data())
def test_a_longer_report_never_makes_an_item_shorter(
    history: list[FinishedVisit], more: int, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(history) - 1))
    longer = [replace(v, reported=v.reported + more) if i == at else v for i, v in enumerate(history)]
    before, after = learn(history).items, learn(longer).items
    assert all(after[item].ratio >= before[item].ratio - 1e-9 for item in before)


@given(history=histories)
def test_the_same_reports_twice_draw_further_from_the_plan(history: list[FinishedVisit]) -> None:
    once, twice = learn(history).items, learn(history * 2).items
    assert all(abs(twice[item].ratio - 1) >= abs(once[item].ratio - 1) - 1e-9 for item in once)


@given(base=st.integers(0, 24), piece=st.integers(0, 24), usual=st.floats(1, 6), ratio=st.floats(0.3, 3))
def test_the_usual_visit_comes_out_right_in_steps_of_five(
    base: int, piece: int, usual: float, ratio: float
) -> None:
    new_base, new_piece = rescale(base * 5, piece * 5, ratio, usual)
    assert new_base % 5 == new_piece % 5 == 0
    assert (new_piece == 0) == (piece == 0)
    wanted = (base * 5 + piece * 5 * usual) * ratio
    if new_base > 0:
        assert new_base + new_piece * usual == pytest.approx(wanted, abs=2.5 + 1e-6)


@given(base=st.integers(0, 240), piece=st.integers(0, 120), usual=st.floats(1, 6))
def test_nothing_learned_changes_nothing(base: int, piece: int, usual: float) -> None:
    assert rescale(base, piece, 1.0, usual) == (base, piece)


def test_minutes_planned_finer_than_five_stay_as_fine() -> None:
    assert rescale(12, 7, 1.2, 1) == (15, 8)
    assert rescale(20, 20, 1.3, 1) == (25, 25)
