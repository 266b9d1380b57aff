"""Problems in VROOM's JSON drawn at random, with every key that the planner takes."""

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
ids = st.integers(0, 2**63 - 1)


def maybe(keys: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({}, optional=keys)


@st.composite
def json_problems(draw: st.DrawFn, most_jobs: int = 7, most_vehicles: int = 3) -> Json:
    places, kinds = draw(st.integers(1, 5)), draw(st.sampled_from([0, 0, 1, 2]))
    load = draw(st.sampled_from(["delivery", "pickup"]))
    numbers = draw(st.lists(ids, min_size=1, max_size=most_vehicles, unique=True))
    vehicles = [draw(json_vehicles(number, places, kinds)) for number in numbers]
    jobs = [
        draw(json_jobs(number, places, {load: kinds} if kinds else {}, numbers))
        for number in draw(st.lists(ids, max_size=most_jobs, unique=True))
    ]
    durations, distances = draw(squares(places)), draw(squares(places))
    matrices = {"car": {"durations": durations, "distances": distances}, "foot": {"durations": distances}}
    return {"vehicles": vehicles, "jobs": jobs, "matrices": matrices, "options": {"rounds": 50}}


@st.composite
def squares(draw: st.DrawFn, size: int) -> list[list[int]]:
    row = st.lists(st.integers(0, 2_000), min_size=size, max_size=size)
    table = draw(st.lists(row, min_size=size, max_size=size))
    for at in range(size):
        table[at][at] = 0
    return table


@st.composite
def spans(draw: st.DrawFn, longest: int) -> list[int]:
    start = draw(st.integers(0, 20_000))
    return [start, start + draw(st.integers(0, longest))]


@st.composite
def json_vehicles(draw: st.DrawFn, number: int, places: int, kinds: int) -> Json:
    place = st.integers(0, places - 1)
    ends = draw(st.sampled_from([("start_index",), ("end_index",), ("start_index", "end_index")]))
    pause = st.fixed_dictionaries(
        {"id": st.integers(1, 9), "time_windows": st.lists(spans(9_000), min_size=1, max_size=2)},
        optional={"service": st.integers(0, 900)},
    )
    found = draw(
        maybe(
            {
                "description": st.just("김장수"),
                "skills": st.just([1, 2, 3]),
                "type": st.just("van"),
                "time_window": spans(30_000),
                "speed_factor": st.sampled_from([0.5, 1.25]),
                "max_tasks": st.integers(0, 5),
                "max_travel_time": st.integers(0, 9_000),
                "max_service_time": st.integers(0, 4_000),
                "earlier_load": st.integers(0, 90_000),
                "costs": maybe({"fixed": st.integers(0, 900), "per_hour": st.integers(0, 9_000)}),
                "breaks": st.lists(pause, max_size=2, unique_by=lambda one: one["id"]),
            }
        )
    )
    profile = draw(maybe({"profile": st.sampled_from(["car", "foot"])}))
    if kinds:
        found["capacity"] = draw(st.lists(st.integers(0, 9), min_size=kinds, max_size=kinds))
    return {"id": number, **profile, **found, **{end: draw(place) for end in ends}}


@st.composite
def json_jobs(draw: st.DrawFn, number: int, places: int, loads: dict[str, int], vehicles: list[int]) -> Json:
    found = draw(
        maybe(
            {
                "setup": st.integers(0, 300),
                "service": st.integers(0, 1_500),
                "service_per_type": st.just({"van": 700}),
                "skills": st.lists(st.integers(1, 3), max_size=2),
                "priority": st.integers(0, 100),
                "time_windows": st.lists(spans(9_000), min_size=1, max_size=3),
                "crew": st.sampled_from([1, 2]),
                "description": st.just("수전 교체"),
            }
        )
    )
    if draw(st.sampled_from([False] * 5 + [True])):
        latest = max((window[1] for window in found.get("time_windows", [])), default=9_000)
        start = draw(st.integers(0, latest))
        found["pinned"] = {"vehicle": draw(st.sampled_from(vehicles)), "start": start}
    for load, kinds in loads.items():
        found[load] = draw(st.lists(st.integers(0, 4), min_size=kinds, max_size=kinds))
    return {"id": number, "location_index": draw(st.integers(0, places - 1)), **found}
