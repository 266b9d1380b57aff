"""The scorer of plans finds every fault that a plan can have, and counts what a sound one costs."""

from typing import Any

import pytest

from benchmarks.plan_score import PlanFaultError, Score, score

# Four places on a line, ten minutes (600 s) from each to the next; both vehicles live at place 0.
DURATIONS = [[600 * abs(here - there) for there in range(4)] for here in range(4)]


def make_problem(jobs: list[dict[str, Any]], **vehicle: Any) -> dict[str, Any]:
    base = {"profile": "car", "start_index": 0, "end_index": 0, "skills": [1], "time_window": [0, 10_000]}
    return {
        "vehicles": [{"id": 1, **base, **vehicle}, {"id": 2, **base, **vehicle}],
        "jobs": jobs,
        "matrices": {"car": {"durations": DURATIONS}},
    }


def make_job(number: int, place: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "location_index": place, "service": 300, **more}


def make_plan(*routes: tuple[int, list[int]]) -> dict[str, Any]:
    """Routes as (vehicle, jobs), without times."""
    return {
        "routes": [
            {"vehicle": vehicle, "steps": [{"type": "job", "id": job} for job in jobs]}
            for vehicle, jobs in routes
        ]
    }


def fault(problem: dict[str, Any], plan: dict[str, Any]) -> str:
    with pytest.raises(PlanFaultError) as found:
        score(problem, plan)
    return str(found.value)


def test_a_sound_plan_costs_its_travel_and_what_it_leaves_out_is_counted() -> None:
    problem = make_problem([make_job(1, 1), make_job(2, 3), make_job(3, 2, priority=7)])
    assert score(problem, make_plan((1, [1, 2]))) == Score(priority=7, unserved=1, cost=3600)


def test_a_vehicle_that_stays_at_home_costs_nothing() -> None:
    problem = make_problem([make_job(1, 1)], end_index=3)
    assert score(problem, make_plan((1, [1]), (2, []))) == Score(0, 0, 1800)


def test_leaving_out_weighs_more_than_any_travel_and_priority_more_than_numbers() -> None:
    assert sorted([Score(0, 1, 5), Score(0, 0, 900), Score(3, 1, 0)]) == [
        Score(0, 0, 900),
        Score(0, 1, 5),
        Score(3, 1, 0),
    ]


def test_who_comes_before_the_window_waits_and_later_windows_are_used() -> None:
    problem = make_problem([make_job(1, 1, time_windows=[[0, 100], [2_000, 2_100]]), make_job(2, 2)])
    problem["jobs"][1]["time_windows"] = [[2_900, 2_900]]
    assert score(problem, make_plan((1, [1, 2]))).unserved == 0


def test_a_start_after_the_window_is_a_fault() -> None:
    problem = make_problem([make_job(1, 1, time_windows=[[0, 599]])])
    assert fault(problem, make_plan((1, [1]))) == "job 1 starts after its last window"


def test_a_missing_skill_is_a_fault() -> None:
    problem = make_problem([make_job(1, 1, skills=[1, 2])])
    assert fault(problem, make_plan((1, [1]))) == "vehicle 1 lacks a skill for job 1"


@pytest.mark.parametrize(("shift_end", "sound"), [(1_500, True), (1_499, False)])
def test_coming_home_after_the_shift_is_a_fault(shift_end: int, sound: bool) -> None:
    problem = make_problem([make_job(1, 1)], time_window=[0, shift_end])
    if sound:
        assert score(problem, make_plan((1, [1]))) == Score(0, 0, 1200)
    else:
        assert fault(problem, make_plan((1, [1]))) == "vehicle 1 is home after its shift"


def test_a_double_visit_is_a_fault() -> None:
    problem = make_problem([make_job(1, 1)])
    assert fault(problem, make_plan((1, [1]), (2, [1]))) == "job 1 has 2 of its crew of 1"
    assert fault(problem, make_plan((1, [1, 1]))) == "job 1 is done twice by one vehicle"


def test_a_crew_that_is_not_complete_is_a_fault() -> None:
    problem = make_problem([make_job(1, 1, crew=2)])
    assert fault(problem, make_plan((1, [1]))) == "job 1 has 1 of its crew of 2"
    assert fault(problem, make_plan((1, [1, 1]))) == "job 1 is done twice by one vehicle"


def test_the_first_of_a_crew_waits_for_the_second() -> None:
    problem = make_problem([make_job(1, 1, crew=2), make_job(2, 3), make_job(3, 2)])
    problem["jobs"][2]["time_windows"] = [[0, 4_200]]
    assert score(problem, make_plan((1, [1, 3]), (2, [2, 1]))) == Score(0, 0, 2400 + 3600)
    problem["jobs"][2]["time_windows"] = [[0, 4_199]]
    assert fault(problem, make_plan((1, [1, 3]), (2, [2, 1]))) == "job 3 starts after its last window"


def test_crews_that_wait_for_one_another_are_a_fault() -> None:
    problem = make_problem([make_job(1, 1, crew=2), make_job(2, 2, crew=2)])
    assert fault(problem, make_plan((1, [1, 2]), (2, [2, 1]))) == "crews wait for one another for ever"


def test_a_crew_whose_stated_starts_differ_is_a_fault() -> None:
    problem = make_problem([make_job(1, 1, crew=2)])
    plan = make_plan((1, [1]), (2, [1]))
    for route, arrival in zip(plan["routes"], (600, 700), strict=True):
        route["steps"][0] |= {"arrival": arrival, "waiting_time": 0}
    assert fault(problem, plan) == "the crew of job 1 does not start together"


@pytest.mark.parametrize(
    ("arrival", "waiting", "sentence"),
    [
        (500, 0, "job 1 starts before vehicle 1 is there"),
        (600, 500, "job 1 starts outside its windows"),
    ],
)
def test_stated_times_that_cannot_be_are_a_fault(arrival: int, waiting: int, sentence: str) -> None:
    problem = make_problem([make_job(1, 1, time_windows=[[0, 1_000]])])
    plan = make_plan((1, [1]))
    plan["routes"][0]["steps"][0] |= {"arrival": arrival, "waiting_time": waiting}
    assert fault(problem, plan) == sentence


def test_a_pinned_job_keeps_its_vehicle_and_its_start() -> None:
    problem = make_problem([make_job(1, 1, pinned={"vehicle": 1, "start": 2_000}), make_job(2, 2)])
    problem["jobs"][1]["time_windows"] = [[0, 2_900]]
    assert score(problem, make_plan((1, [1, 2]))).unserved == 0
    assert fault(problem, make_plan((2, [1]))) == "job 1 left the vehicle it is pinned to"
    assert fault(problem, make_plan((2, [2]))) == "job 1 left the vehicle it is pinned to"
    problem["jobs"][1]["time_windows"] = [[0, 2_899]]
    assert fault(problem, make_plan((1, [1, 2]))) == "job 2 starts after its last window"


def test_caps_of_a_vehicle_are_judged() -> None:
    jobs = [make_job(1, 1), make_job(2, 2)]
    both = make_plan((1, [1, 2]))
    assert fault(make_problem(jobs, max_service_time=599), both) == "vehicle 1 works too long"
    assert fault(make_problem(jobs, max_tasks=1), both) == "vehicle 1 has too many tasks"
    assert score(make_problem(jobs, max_service_time=600, max_tasks=2), both).unserved == 0


def test_things_that_do_not_exist_are_faults() -> None:
    problem = make_problem([make_job(1, 1)])
    assert fault(problem, make_plan((9, [1]))) == "vehicle 9 is unknown"
    assert fault(problem, make_plan((1, [8]))) == "job 8 is unknown"
    assert fault(problem, make_plan((1, [1]), (1, []))) == "vehicle 1 has two routes"


def test_a_rule_that_the_scorer_does_not_know_is_refused_not_passed_over() -> None:
    problem = make_problem([make_job(1, 1)], breaks=[{"id": 1, "service": 600}])
    with pytest.raises(NotImplementedError, match="breaks"):
        score(problem, make_plan((1, [1])))
