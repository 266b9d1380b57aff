"""VROOM's JSON in and out: its examples, its keys, ours on top, and whatever can be drawn."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handyman.dispatch.vroom import InputError, solve
from handyman.dispatch.vroom.asked import JOB
from handyman.dispatch.vroom.vehicles import NOT_YET, VEHICLE
from tests.dispatch.json_drive import find_json_faults
from tests.dispatch.json_problems import json_problems

Json = dict[str, Any]

MANUAL = Path(__file__).parents[2] / "docs" / "planner.md"

# VROOM's docs/example_2.json, the one of its examples that brings its own matrix; its optimum is 5461
PUBLISHED = [[0, 2104, 197, 1299], [2103, 0, 2255, 3152], [197, 2256, 0, 1102], [1299, 3153, 1102, 0]]
EXAMPLE: Json = {
    "vehicles": [{"id": 0, "start_index": 0, "end_index": 3}],
    "jobs": [{"id": 1414, "location_index": 1}, {"id": 1515, "location_index": 2}],
    "matrices": {"car": {"durations": PUBLISHED}},
}
LINE = [
    [abs(here - there) * 100 for there in range(10)] for here in range(10)
]  # places a hundred seconds apart


def on_a_line(jobs: list[Json], vehicles: list[Json], **more: Any) -> Json:
    return {"jobs": jobs, "vehicles": vehicles, "matrices": {"car": {"durations": LINE}}, **more}


def job(number: int, place: int, **more: Any) -> Json:
    return {"id": number, "location_index": place, **more}


def vehicle(number: int, home: int = 0, **more: Any) -> Json:
    return {"id": number, "start_index": home, "end_index": home, **more}


def steps(answer: Json, route: int = 0, *keys: str) -> list[Any]:
    found = answer["routes"][route]["steps"]
    return [step.get(keys[0]) if len(keys) == 1 else tuple(step.get(key) for key in keys) for step in found]


def left(answer: Json) -> list[int]:
    return [job["id"] for job in answer["unassigned"]]


def without_times(answer: Json) -> Json:
    return {**answer, "summary": {**answer["summary"], "computing_times": None}}


@pytest.mark.parametrize("form", ["matrices", "matrix"])
def test_the_published_example_runs_unchanged(form: str) -> None:
    problem = EXAMPLE if form == "matrices" else {**EXAMPLE, "matrix": PUBLISHED}
    answer = solve({key: value for key, value in problem.items() if key in ("vehicles", "jobs", form)})
    assert (answer["code"], answer["unassigned"]) == (0, [])
    assert (answer["summary"]["cost"], answer["summary"]["duration"]) == (5461, 5461)
    assert steps(answer, 0, "type", "id", "arrival") == [
        ("start", None, 0),
        ("job", 1414, 2104),
        ("job", 1515, 4359),
        ("end", None, 5461),
    ]


def test_the_example_of_the_manual_is_planned_whole() -> None:
    problem = json.loads(MANUAL.read_text().split("```json")[1].split("```")[0])
    answer = solve(problem)
    assert (left(answer), find_json_faults(problem, answer)) == ([], [])


@pytest.mark.parametrize("key", sorted({*JOB, *VEHICLE, *NOT_YET}))
def test_every_key_is_in_the_manual(key: str) -> None:
    assert re.search(rf"`(job\.|vehicle\.)?{key}`", MANUAL.read_text())


@settings(max_examples=80)
@given(problem=json_problems())
def test_every_plan_can_be_driven_as_it_says(problem: Json) -> None:
    answer = solve(problem)
    assert find_json_faults(problem, answer) == []
    assert json.loads(json.dumps(answer)) == answer


@settings(max_examples=30)
@given(problem=json_problems())
def test_the_same_rounds_and_seed_give_the_same_answer(problem: Json) -> None:
    assert without_times(solve(problem)) == without_times(solve(problem))


@settings(max_examples=30)
@given(problem=json_problems())
def test_its_own_plan_as_steps_is_where_the_search_begins(problem: Json) -> None:
    found = solve(problem)
    routes = {route["vehicle"]: route["steps"] for route in found["routes"]}
    for one in problem["vehicles"]:
        one["steps"] = [
            {k: step[k] for k in ("type", "id") if k in step} for step in routes.get(one["id"], [])
        ]
    again = solve({**problem, "options": {"rounds": 0}})
    assert rank(again) <= rank(found)


def test_a_route_to_begin_with_has_its_breaks_where_they_are_told() -> None:
    """Work before a break costs nothing here, and a way behind it."""
    durations = [[0, 0], [1, 0]]
    one: Json = {"id": 0, "start_index": 0, "breaks": [{"id": 1, "time_windows": [[2, 2]]}]}
    one["steps"] = [*({"type": "job", "id": number} for number in range(6)), {"type": "break", "id": 1}]
    jobs: list[Json] = [{"id": number, "location_index": 0} for number in range(5)]
    jobs.append({"id": 5, "location_index": 1, "pinned": {"vehicle": 0, "start": 1}})
    answer = solve(
        {
            "vehicles": [one],
            "jobs": jobs,
            "matrices": {"car": {"durations": durations}},
            "options": {"rounds": 0},
        }
    )
    kinds = [step["type"] for step in answer["routes"][0]["steps"]]
    assert kinds == ["start", *["job"] * 6, "break", "end"]
    assert answer["summary"]["cost"] == 0


def rank(answer: Json) -> tuple[int, int, int]:
    summary = answer["summary"]
    return -summary["priority"], summary["unassigned"], summary["cost"]


def test_a_vehicle_sets_out_as_late_as_its_plan_allows() -> None:
    jobs = [job(1, 3, service=60, time_windows=[[5_000, 5_050]]), job(2, 4, time_windows=[[5_100, 9_000]])]
    answer = solve(on_a_line(jobs, [vehicle(7)]))
    assert steps(answer, 0, "arrival", "waiting_time") == [(4_700, 0), (5_000, 0), (5_160, 0), (5_560, 0)]
    assert answer["summary"]["waiting_time"] == 0


def test_time_windows_of_vehicle_and_job_hold_and_waiting_is_told() -> None:
    jobs = [job(1, 1, time_windows=[[100, 200]]), job(2, 2, time_windows=[[900, 950], [10, 20]])]
    answer = solve(on_a_line(jobs, [vehicle(7, time_window=[0, 2_000])]))
    assert steps(answer, 0, "id", "arrival", "waiting_time")[1:3] == [(1, 200, 0), (2, 300, 600)]
    assert left(solve(on_a_line(jobs, [vehicle(7, time_window=[0, 1_099])]))) == [2]


def test_setting_up_is_needed_once_at_a_place() -> None:
    jobs = [job(1, 1, setup=30, service=5), job(2, 1, setup=30, service=6)]
    answer = solve(on_a_line(jobs, [vehicle(7)]))
    assert answer["summary"]["setup"] == 30
    assert steps(answer, 0, "arrival")[-1] == 100 + 30 + 11 + 100


def test_skills_tasks_and_travel_are_kept() -> None:
    jobs = [job(1, 1, skills=[1, 2]), job(2, 2), job(3, 3, skills=[9])]
    cars = [vehicle(7, skills=[2, 1], max_tasks=1), vehicle(8, max_travel_time=399)]
    assert left(solve(on_a_line(jobs, cars))) == [2, 3]
    assert left(solve(on_a_line(jobs, [cars[0], vehicle(8, max_travel_time=400)]))) == [3]


def test_a_load_is_kept_and_told() -> None:
    jobs = [job(number, number, delivery=[2, 1]) for number in (1, 2, 3)]
    answer = solve(on_a_line(jobs, [vehicle(7, capacity=[5, 9])]))
    assert answer["summary"]["delivery"] == [4, 2]
    assert steps(answer, 0, "load") == [[4, 2], [2, 1], [0, 0], [0, 0]]
    fetched = solve(on_a_line([job(1, 1, pickup=[3])], [vehicle(7, capacity=[3])]))
    assert steps(fetched, 0, "load") == [[0], [3], [3]]


def test_a_break_is_taken_where_the_vehicle_is() -> None:
    pause = {"id": 5, "service": 300, "time_windows": [[150, 200]], "description": "점심"}
    answer = solve(on_a_line([job(1, 1, service=50)], [vehicle(7, time_window=[0, 560], breaks=[pause])]))
    assert steps(answer, 0, "type", "arrival", "waiting_time")[2] == ("break", 150, 0)
    assert answer["routes"][0]["service"] == 350
    assert [step["description"] for step in answer["routes"][0]["steps"] if step["type"] == "break"] == [
        "점심"
    ]


BROKEN_WAYS: list[Any] = [  # and how many jobs are left
    (  # a break on the way home, which takes all that is left of the day
        {
            "vehicles": [
                vehicle(
                    1, time_window=[0, 200], breaks=[{"id": 1, "service": 10, "time_windows": [[150, 150]]}]
                )
            ],
            "jobs": [job(1, 1, service=10)],
            "matrices": {"car": {"durations": [[0, 80], [80, 0]]}},
        },
        0,
    ),
    (  # a job put in front of another makes that one set up, and then nobody is home in time
        {
            "vehicles": [vehicle(1, 1, time_window=[61, 501])],
            "jobs": [
                job(1, 1, service=60, setup=15, time_windows=[[437, 737]]),
                job(2, 0, time_windows=[[214, 264]]),
            ],
            "matrices": {"car": {"durations": [[0, 36], [13, 0]]}},
        },
        1,
    ),
    (  # two breaks, and the job fits only with the second one first
        {
            "vehicles": [
                vehicle(
                    1,
                    time_window=[173, 775],
                    breaks=[
                        {"id": 1, "time_windows": [[534, 564]]},
                        {"id": 2, "service": 10, "time_windows": [[447, 477], [580, 580]]},
                    ],
                )
            ],
            "jobs": [job(1, 1, service=60)],
            "matrices": {"car": {"durations": [[0, 263], [263, 0]]}},
        },
        0,
    ),
]


@pytest.mark.parametrize(("problem", "unassigned"), BROKEN_WAYS)
def test_ways_are_interrupted_and_nobody_is_out_too_long(problem: Json, unassigned: int) -> None:
    answer = solve({**problem, "options": {"rounds": 200}})
    assert len(left(answer)) == unassigned
    assert find_json_faults(problem, answer) == []


def test_priority_comes_before_number_and_number_before_cost() -> None:
    few = [vehicle(7, max_tasks=1)]
    assert left(solve(on_a_line([job(1, 1), job(2, 9, priority=1)], few))) == [1]
    jobs = [job(1, 9, priority=2), job(2, 1, priority=1), job(3, 2)]
    day = [vehicle(7, time_window=[0, 1_800])]
    assert left(solve(on_a_line([{**one, "service": 1} for one in jobs], day))) == [1]
    assert left(
        solve(on_a_line([{**jobs[0], "priority": 3}, *jobs[1:]], [vehicle(7, time_window=[0, 1_799])]))
    ) == [1]


def test_costs_are_those_of_the_vehicle() -> None:
    dear = vehicle(7, costs={"fixed": 1_000, "per_hour": 7_200})
    assert solve(on_a_line([job(1, 1)], [dear]))["summary"]["cost"] == 1_400
    assert [r["vehicle"] for r in solve(on_a_line([job(1, 1)], [dear, vehicle(8, 9)]))["routes"]] == [7]
    assert [r["vehicle"] for r in solve(on_a_line([job(1, 3)], [dear, vehicle(8, 9)]))["routes"]] == [8]


def test_distance_costs_by_the_kilometre_and_is_told() -> None:
    problem = on_a_line([job(1, 2)], [vehicle(7, costs={"per_hour": 0, "per_km": 50})])
    problem["matrices"]["car"] = {"durations": LINE, "distances": [[9 * way for way in row] for row in LINE]}
    answer = solve(problem)
    assert answer["summary"]["distance"] == answer["routes"][0]["distance"] == 3_600
    assert answer["summary"]["cost"] == 180
    assert steps(answer, 0, "distance") == [0, 1_800, 3_600]


def test_a_table_of_costs_stands_above_time() -> None:
    problem = on_a_line([job(1, 1), job(2, 2)], [vehicle(7)])
    costs = [[1 if there == here + 1 else 50 for there in range(10)] for here in range(10)]
    problem["matrices"]["car"] = {"durations": LINE, "costs": costs}
    answer = solve(problem)
    assert (answer["summary"]["cost"], answer["summary"]["duration"]) == (52, 400)
    assert steps(answer, 0, "id") == [None, 1, 2, None]


def test_a_slower_vehicle_takes_longer_for_each_way() -> None:
    answer = solve(on_a_line([job(1, 1)], [vehicle(7, speed_factor=0.3)]))
    assert steps(answer, 0, "duration") == [0, 334, 668]


def test_profiles_have_matrices_of_their_own() -> None:
    problem = on_a_line([job(1, 1)], [vehicle(7, profile="bike"), vehicle(8, 0)])
    problem["matrices"]["bike"] = {"durations": [[0, 30, 9], [40, 0, 9], [9, 9, 0]]}
    answer = solve(problem)
    assert (answer["routes"][0]["vehicle"], answer["summary"]["duration"]) == (7, 70)


def test_times_by_type_of_vehicle() -> None:
    jobs = [job(1, 1, service=100, service_per_type={"pro": 40})]
    assert solve(on_a_line(jobs, [vehicle(7, type="pro")]))["summary"]["service"] == 40
    assert solve(on_a_line(jobs, [vehicle(7, type="amateur")]))["summary"]["service"] == 100


def test_a_crew_comes_together_and_counts_once() -> None:
    jobs = [job(1, 5, crew=2, service=60, priority=10), job(2, 1, crew=3)]
    answer = solve(on_a_line(jobs, [vehicle(7), vehicle(8, 9)]))
    assert left(answer) == [2]
    assert {steps(answer, route, "arrival", "waiting_time")[1] for route in (0, 1)} in [
        {(500, 0)},
        {(500, 0), (400, 100)},
    ]
    assert (answer["summary"]["priority"], answer["summary"]["service"]) == (10, 120)


def test_a_pin_holds_the_vehicle_and_the_earliest_start() -> None:
    jobs = [job(1, 1, pinned={"vehicle": 8, "start": 4_000}), job(2, 8, priority=100)]
    answer = solve(on_a_line(jobs, [vehicle(7), vehicle(8, 9, max_tasks=1)]))
    assert {route["vehicle"]: route["steps"][1]["id"] for route in answer["routes"]} == {8: 1, 7: 2}
    assert answer["routes"][1]["steps"][1]["arrival"] == 4_000
    crew = on_a_line([job(1, 1, crew=2, pinned={"vehicle": 8})], [vehicle(6), vehicle(7), vehicle(8, 9)])
    assert 8 in {route["vehicle"] for route in solve(crew)["routes"]}


def test_a_pinned_start_gives_way_to_no_other_job() -> None:
    jobs = [job(1, 1, pinned={"vehicle": 8, "start": 4_000}), job(2, 2, time_windows=[[4_000, 4_000]])]
    answer = solve(on_a_line(jobs, [vehicle(8)]))
    assert [(step["id"], step["arrival"]) for step in answer["routes"][0]["steps"][1:-1]] == [(1, 4_000)]
    assert left(answer) == [2]


def test_of_two_ways_that_cost_the_same_the_one_who_has_done_less_goes() -> None:
    for loads in ([7_200, 3_600], [3_600, 7_200]):
        cars = [vehicle(number, earlier_load=load) for number, load in enumerate(loads)]
        answer = solve(on_a_line([job(1, 1, service=600)], cars))
        assert answer["routes"][0]["vehicle"] == loads.index(3_600)
    far = [vehicle(0, 1, earlier_load=900_000), vehicle(1, 0, earlier_load=0)]
    assert solve(on_a_line([job(1, 1, service=600)], far))["routes"][0]["vehicle"] == 0


def test_service_of_a_vehicle_has_a_cap() -> None:
    jobs = [job(number, number, service=600) for number in (1, 2, 3)]
    assert len(left(solve(on_a_line(jobs, [vehicle(7, max_service_time=1_799)])))) == 1


def test_without_a_start_or_an_end_the_route_begins_or_ends_at_a_job() -> None:
    answer = solve(on_a_line([job(1, 1), job(2, 4)], [{"id": 7, "end_index": 9}]))
    assert answer["summary"]["duration"] == 800
    assert steps(answer, 0, "type", "location_index") == [("start", 1), ("job", 1), ("job", 4), ("end", 9)]


def test_what_was_told_of_jobs_and_vehicles_is_given_back() -> None:
    told = {"description": "손잡이", "location": [127.0, 37.6]}
    jobs = [job(1, 1, **told), job(2, 2, skills=[1], **told)]
    answer = solve(on_a_line(jobs, [vehicle(7, description="김장수", start=[126.9, 37.5])]))
    assert answer["routes"][0]["description"] == "김장수"
    assert answer["routes"][0]["steps"][0]["location"] == [126.9, 37.5]
    assert answer["routes"][0]["steps"][1]["description"] == "손잡이"
    assert answer["unassigned"] == [{"id": 2, "location_index": 2, "type": "job", **told}]


@pytest.mark.parametrize(("jobs", "vehicles"), [([], []), ([], [vehicle(1)]), ([job(4, 1)], [])])
def test_nothing_to_do_or_nobody_to_do_it(jobs: list[Json], vehicles: list[Json]) -> None:
    answer = solve(on_a_line(jobs, vehicles))
    assert (answer["routes"], left(answer), answer["code"]) == ([], [one["id"] for one in jobs], 0)


def test_the_greatest_numbers_that_are_taken_do_no_harm() -> None:
    most = 2**32 - 1
    far = [[0, most], [most, 0]]
    jobs = [job(2**63 - 1, 1, service=most, priority=100, setup=most)]
    car = {"id": 0, "start_index": 0, "speed_factor": 0.01, "costs": {"per_hour": most, "fixed": most}}
    answer = solve({"jobs": jobs, "vehicles": [car], "matrices": {"car": {"durations": far}}})
    assert answer["summary"]["unassigned"] == 0
    assert answer["summary"]["cost"] == most + most * most * 100 // 3_600


def test_the_search_can_be_ended_from_outside() -> None:
    jobs = [job(number, number % 10) for number in range(40)]
    asked: list[int] = []
    answer = solve(
        on_a_line(jobs, [vehicle(7)], options={"rounds": 10**9}), go_on=lambda: bool(asked.append(1))
    )
    assert (len(asked), left(answer)) == (1, [])


junk = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just([]) | st.just({})
)


@settings(max_examples=100)
@given(data=st.data(), problem=json_problems(most_jobs=3, most_vehicles=2))
def test_a_problem_with_any_field_spoilt_is_answered_or_refused_by_name(
    data: st.DataObject, problem: Json
) -> None:
    problem["options"] = {"rounds": 0}
    spoil(data, problem)
    try:
        told = str(solve(problem)["code"])
    except InputError as error:
        told = str(error)
    assert re.fullmatch(r"0|(vehicles|jobs|matrices|options)[ .\[].+\.", told)


def spoil(data: st.DataObject, problem: Json) -> None:
    """Put something else somewhere into the document, or take something out."""
    holders: list[Any] = [problem]
    for holder in holders:
        values = holder.values() if isinstance(holder, dict) else holder
        holders += [value for value in values if isinstance(value, dict | list) and value]
    holder = data.draw(st.sampled_from(holders))
    key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    if data.draw(st.booleans()):
        holder[key] = data.draw(junk)
    else:
        del holder[key]
