"""Bad input names its field, in one sentence."""

import json
import subprocess
import sys
from typing import Any

import pytest

from handyman.dispatch.vroom import InputError, solve
from handyman.dispatch.vroom.text import answer_text

Json = dict[str, Any]


def problem(**changes: Any) -> Json:
    """The first `job`, first `vehicle` and the matrices of the `car` are changed so far; then the root."""
    made: Json = {
        "vehicles": [{"id": 1, "start_index": 0, "end_index": 0}, {"id": 2, "start_index": 1}],
        "jobs": [{"id": 1, "location_index": 1}, {"id": 2, "location_index": 0}],
        "matrices": {"car": {"durations": [[0, 60], [70, 0]]}},
        "options": {"rounds": 5},
    }
    made["jobs"][0] |= changes.pop("job", {})
    made["vehicles"][0] |= changes.pop("vehicle", {})
    made["matrices"]["car"] |= changes.pop("car", {})
    return made | changes


REFUSED: list[tuple[Json, str]] = [
    (problem(vehicles={}), "vehicles must be an array, not an object."),
    (problem(jobs=None), "jobs must be an array, not null."),
    (problem(fleet=[]), "fleet is not a key that the planner knows."),
    (problem(shipments=[{}]), "shipments is not supported: only jobs are planned."),
    (problem(job={"id": "1"}), "jobs[0].id must be a whole number, not a string."),
    (problem(job={"id": 2}), "jobs[1].id is 2, as another is already."),
    (problem(job={"id": True}), "jobs[0].id must be a whole number, not true."),
    (problem(job={"id": -1}), f"jobs[0].id must be from 0 to {2**63 - 1}."),
    (problem(vehicle={"id": 2}), "vehicles[1].id is 2, as another is already."),
    (problem(job={"colour": "red"}), "jobs[0].colour is not a key that the planner knows."),
    (problem(job={"setup_per_type": {}}), "jobs[0].setup_per_type is not supported."),
    (
        problem(job={"location_index": 2}),
        "jobs[0].location_index is 2, but matrices.car has only the rows 0 to 1.",
    ),
    (problem(job={"service": 1.5}), "jobs[0].service must be a whole number, not a number with a point."),
    (problem(job={"service": 2**32}), "jobs[0].service must be from 0 to 4294967295."),
    (
        problem(job={"service_per_type": {"van": -1}}),
        "jobs[0].service_per_type.van must be from 0 to 4294967295.",
    ),
    (problem(job={"priority": 101}), "jobs[0].priority must be from 0 to 100."),
    (problem(job={"skills": [1, "a"]}), "jobs[0].skills[1] must be a whole number, not a string."),
    (problem(job={"time_windows": []}), "jobs[0].time_windows must hold at least one window."),
    (problem(job={"time_windows": [[5, 4]]}), "jobs[0].time_windows[0] ends at 4, before it starts at 5."),
    (
        problem(job={"time_windows": [[1, 2], [3]]}),
        "jobs[0].time_windows[1] must be two numbers, the start and the end.",
    ),
    (problem(job={"crew": 0}), "jobs[0].crew must be from 1 to 1000."),
    (problem(job={"pinned": {}}), "jobs[0].pinned.vehicle is missing."),
    (problem(job={"pinned": {"vehicle": 9}}), "jobs[0].pinned.vehicle is 9, but no vehicle has this id."),
    (
        problem(job={"pinned": {"vehicle": 1, "start": 7}, "time_windows": [[1, 6]]}),
        "jobs[0].pinned.start is later than every time window of the job.",
    ),
    (problem(job={"delivery": [1]}), "jobs[0].delivery needs vehicles that have a capacity."),
    (
        problem(vehicle={"capacity": [1]}),
        "vehicles[1].capacity must hold as many numbers as that of the first vehicle.",
    ),
    (problem(vehicle={"max_distance": 5}), "vehicles[0].max_distance is not supported."),
    (
        problem(vehicle={"start_index": 7}),
        "vehicles[0].start_index is 7, but matrices.car has only the rows 0 to 1.",
    ),
    (problem(vehicle={"speed_factor": 0.001}), "vehicles[0].speed_factor must be more than 0."),
    (problem(vehicle={"speed_factor": 5.1}), "vehicles[0].speed_factor must be from 0 to 5."),
    (problem(vehicle={"profile": "boat"}), "vehicles[0].profile is boat, for which there are no matrices."),
    (
        problem(vehicle={"costs": {"per_task_hour": 1}}),
        "vehicles[0].costs.per_task_hour is not supported, unless it is 0.",
    ),
    (problem(vehicle={"costs": {"per_km": 1}}), "vehicles[0].costs.per_km needs matrices.car.distances."),
    (
        problem(vehicle={"costs": {"per_hour": 1}}, car={"costs": [[0, 1], [1, 0]]}),
        "vehicles[0].costs cannot stand beside matrices.car.costs, which says what each way costs.",
    ),
    (
        problem(vehicle={"breaks": [{"id": 1}, {"id": 1}]}),
        "vehicles[0].breaks[1].id is 1, as another is already.",
    ),
    (
        problem(vehicle={"breaks": [{"id": 1, "max_load": [1]}]}),
        "vehicles[0].breaks[0].max_load is not supported.",
    ),
    (
        problem(vehicle={"steps": [{"type": "job", "id": 9}]}),
        "vehicles[0].steps[0].id is 9, but no such job is left.",
    ),
    (
        problem(vehicle={"breaks": [{"id": 1}], "steps": [{"type": "break", "id": 2}]}),
        "vehicles[0].steps[0].id is 2, but no such break is left.",
    ),
    (
        problem(vehicle={"steps": [{"type": "pickup"}]}),
        "vehicles[0].steps[0].type must be start, job, break or end.",
    ),
    (
        problem(vehicle={"steps": [{"type": "start", "service_at": 1}]}),
        "vehicles[0].steps[0].service_at is not supported.",
    ),
    (
        problem(car={"durations": [[0, 1], [1]]}),
        "matrices.car.durations[1] must be as long as the matrix is high, 2.",
    ),
    (
        problem(car={"durations": [[0, True], [1, 0]]}),
        "matrices.car.durations[0][1] must be a whole number, not true.",
    ),
    (
        problem(car={"durations": [[0, -1], [1, 0]]}),
        "matrices.car.durations[0][1] must be from 0 to 4294967295.",
    ),
    (problem(car={"durations": []}), "matrices.car.durations must hold at least one row."),
    (problem(matrices={"car": {}}), "matrices.car.durations is missing."),
    (problem(matrix=[[0, 1], [1, 0]]), "matrix cannot stand beside matrices."),
    (problem(options={"time_limit": -1}), "options.time_limit must be from 0 to 604800."),
    (problem(options={"time_limit": float("nan")}), "options.time_limit must be from 0 to 604800."),
    (problem(options={"workers": 4}), "options.workers is not a key that the planner knows."),
    (problem(options={"threads": 0}), "options.threads must be from 1 to 64."),
]


@pytest.mark.parametrize(
    ("bad", "sentence"), REFUSED, ids=[sentence.split(" ")[0] for _, sentence in REFUSED]
)
def test_a_wrong_field_is_named(bad: Json, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        solve(bad)
    assert str(caught.value) == sentence


def test_the_problem_itself_is_right() -> None:
    assert solve(problem())["unassigned"] == []


def test_what_is_missing_is_named() -> None:
    for key in ("vehicles", "jobs", "matrices"):
        with pytest.raises(InputError, match=f"^{key} is missing.$"):
            solve({name: value for name, value in problem().items() if name != key})


def test_places_are_rows_not_coordinates() -> None:
    lost = problem(jobs=[{"id": 1, "location": [127.0, 37.5]}])
    with pytest.raises(InputError, match=r"^jobs\[0\].location needs a location_index beside it"):
        solve(lost)
    with pytest.raises(InputError, match=r"^vehicles\[0\].start needs a start_index beside it"):
        solve(problem(vehicles=[{"id": 1, "start": [127.0, 37.5]}]))
    with pytest.raises(InputError, match=r"^vehicles\[0\] needs a start_index, an end_index, or both.$"):
        solve(problem(vehicles=[{"id": 1}]))


def test_deliveries_and_pickups_do_not_mix() -> None:
    mixed = problem(vehicles=[{"id": 1, "start_index": 0, "capacity": [3]}], job={"delivery": [1]})
    mixed["jobs"][1]["pickup"] = [1]
    with pytest.raises(
        InputError, match=r"^jobs\[1\].pickup is not supported in one problem with deliveries.$"
    ):
        solve(mixed)


def test_an_older_amount_is_a_delivery() -> None:
    older = problem(vehicles=[{"id": 1, "start_index": 0, "capacity": [3]}], job={"amount": [2]})
    assert solve(older)["summary"]["delivery"] == [2]


def run(text: str) -> subprocess.CompletedProcess[bytes]:
    """The planner in a process of its own."""
    command = [sys.executable, "-m", "handyman.dispatch"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=False)


def test_a_problem_on_standard_input_is_answered_on_standard_output() -> None:
    done = run(json.dumps(problem()))
    assert (done.returncode, done.stderr) == (0, b"")
    answer = json.loads(done.stdout)
    assert (answer["code"], answer["summary"]["unassigned"]) == (0, 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "The problem is not JSON, from line 1, column 1 on."),
        (b"[]", "The problem must be an object, not an array."),
        (b"\xff{}", "The problem is not text in UTF-8."),
        (b'{"jobs": [], "jobs": []}', "The problem holds jobs twice in one object."),
        (b'{"jobs": NaN}', "The problem holds NaN, which is no number."),
        (b'{"jobs": ' + b"1" * 9_000 + b"}", "The problem holds a number with too many digits."),
        (b"[" * 200_000, "The problem is nested too deeply."),
    ],
)
def test_a_text_that_is_no_problem_is_refused(text: bytes, sentence: str) -> None:
    assert answer_text(text) == {"code": 2, "error": sentence}


def test_bad_input_ends_with_status_2_and_one_sentence() -> None:
    done = run(json.dumps(problem(job={"id": -5})))
    sentence = f"jobs[0].id must be from 0 to {2**63 - 1}."
    assert (done.returncode, done.stderr.decode()) == (2, sentence + "\n")
    assert json.loads(done.stdout) == {"code": 2, "error": sentence}


def test_the_planner_starts_without_flask_and_database() -> None:
    asked = "import sys, handyman.dispatch.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert "handyman.dispatch.vroom" in done.stdout.split()
    assert not {"flask", "sqlalchemy", "werkzeug"} & set(done.stdout.split())
