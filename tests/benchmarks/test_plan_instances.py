"""Planning instances are the same everywhere, hang together, and every solver gets them whole."""

import json
from collections import Counter
from hashlib import sha256

import pytest

from benchmarks import plan_greedy
from benchmarks.plan_crews import joined, split
from benchmarks.plan_instances import FULL, QUICK
from benchmarks.plan_score import score

SMALL = [name for name in FULL if "-25" in name or "-40" in name]


def test_the_quick_list_is_part_of_the_full_one() -> None:
    assert set(QUICK) < set(FULL)


@pytest.mark.parametrize("name", SMALL)
def test_an_instance_is_made_the_same_twice_and_unlike_any_other(name: str) -> None:
    made = {other: sha256(json.dumps(FULL[other]()).encode()).hexdigest() for other in SMALL}
    again = sha256(json.dumps(FULL[name]()).encode()).hexdigest()
    assert [other for other, digest in made.items() if digest == again] == [name]


@pytest.mark.parametrize("name", FULL)
def test_every_job_has_enough_vehicles_with_its_skills(name: str) -> None:
    problem = FULL[name]()
    for job in problem["jobs"]:
        needed = set(job.get("skills", ()))
        able = [vehicle for vehicle in problem["vehicles"] if needed <= set(vehicle.get("skills", ()))]
        assert len(able) >= job.get("crew", 1)


@pytest.mark.parametrize("name", SMALL)
def test_greedy_insertion_drives_a_sound_plan(name: str) -> None:
    problem = FULL[name]()
    routes = joined(problem, plan_greedy.solve(split(problem), 1, 1))
    steps = {vehicle: [{"type": "job", "id": job} for job in jobs] for vehicle, jobs in routes.items()}
    plan = {"routes": [{"vehicle": vehicle, "steps": stops} for vehicle, stops in steps.items()]}
    assert score(problem, plan).unserved < len(problem["jobs"]) / 2


def test_crew_visits_come_apart_and_together_again_unless_somebody_is_missing() -> None:
    problem = FULL["home-care-25-a"]()
    crew = next(job["id"] for job in problem["jobs"] if job.get("crew"))
    single = next(job["id"] for job in problem["jobs"] if not job.get("crew"))
    parts = Counter(part["id"] for part in split(problem)["jobs"])
    halves = [part["id"] for part in split(problem)["jobs"] if part["id"] % 26 == crew]
    assert max(parts.values()) == 1
    assert len(halves) == 2
    assert joined(problem, {1: [single, halves[0]], 2: [halves[1]]}) == {1: [single, crew], 2: [crew]}
    assert joined(problem, {1: [single, halves[0]], 2: []}) == {1: [single], 2: []}
