"""What a full re-plan in the call would do: VROOM gets all promises and the caller, and plans the day anew.

Work must lie inside a shift, the ways from and to home need not: there they take no time, and cost what they
cost.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.booking_book import CAR, Book, plan_of, window_of
from benchmarks.booking_days import Caller
from handyman.dispatch.problem import MemberDay, Span, merge_spans
from handyman.dispatch.routing import Plan
from handyman.dispatch.walk import served_by

Json = dict[str, Any]
PROMISED, ASKING = 100, 1  # priorities
DEEPEST = 5  # exploration level; it stops by itself


def replan_all(book: Book, caller: Caller) -> tuple[Span, Plan] | None:
    found = plan_of(
        {
            route["vehicle"]: [
                (step["id"], step["arrival"] + step["waiting_time"])
                for step in route["steps"]
                if step["type"] == "job"
            ]
            for route in _solve(_problem(book, caller))["routes"]
        }
    )
    if not book.promised.keys() | {caller.id} <= served_by(found):
        return None
    return window_of(caller, found), found


def _solve(problem: Json) -> Json:
    import vroom

    with TemporaryDirectory() as folder:
        file = Path(folder) / "problem.json"
        file.write_text(json.dumps(problem))
        told = vroom.Input.from_json(file)
    found: Json = told.solve(DEEPEST, nb_threads=1).to_dict()
    return found


def _problem(book: Book, caller: Caller) -> Json:
    costs = book.travel[str(CAR)]
    durations = costs.copy()
    homes = len(book.members)
    durations[:homes, :] = durations[:, :homes] = 0
    promised = [
        _job(book, book.callers[number], (window,), PROMISED) for number, window in book.promised.items()
    ]
    return {
        "vehicles": [_vehicle(row, member) for row, member in enumerate(book.members)],
        "jobs": [*promised, _job(book, caller, caller.windows, ASKING)],
        "matrices": {"car": {"durations": durations.tolist(), "costs": costs.tolist()}},
    }


def _job(book: Book, caller: Caller, windows: tuple[Span, ...], priority: int) -> Json:
    minutes = caller.job.service_minutes
    return {
        "id": caller.id,
        "location_index": book.place(caller.id),
        "service": minutes,
        "delivery": [minutes],  # the daily cap is a vehicle's load
        "skills": [int(skill) for skill in caller.job.skills],
        "priority": priority,
        "time_windows": [[window.start, window.end] for window in merge_spans(windows)],
    }


def _vehicle(row: int, member: MemberDay) -> Json:
    (shift,) = member.shifts
    return {
        "id": member.member_id,
        "profile": "car",
        "start_index": row,
        "end_index": row,
        "capacity": [member.daily_cap],
        "skills": [int(skill) for skill in member.skills],
        "time_window": [shift.start, shift.end],
    }
