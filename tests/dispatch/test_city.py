"""Many districts side by side in processes: the same plans, in the same order, as one after the other."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from handyman.dispatch.city import GoOn, ProcessLostError, plan_many, side_by_side
from handyman.dispatch.vroom.text import answer_text
from tests.dispatch.districts import district, line, untimed

ROOT = Path(__file__).parents[2]


def test_two_processes_give_the_plans_of_one_in_the_same_order() -> None:
    city = [district(seed) for seed in range(7)]
    alone = list(plan_many(city, seconds=None, rounds=200, processes=1))
    assert list(plan_many(iter(city), seconds=None, rounds=200, processes=2)) == alone
    assert len({plan.cost for plan in alone}) == len(city)


def test_all_searches_end_when_they_are_told_to() -> None:
    city = [district(seed) for seed in range(3)]
    found = list(plan_many(city, seconds=600.0, processes=2, go_on=lambda: False))
    assert [len(plan.routes) > 0 for plan in found] == [True] * 3
    assert max(plan.rounds for plan in found) < 1_000_000


def die(_item: int, _go_on: GoOn) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_lost_is_told_of() -> None:
    with pytest.raises(ProcessLostError, match="fewer processes"):
        list(side_by_side(die, [1, 2], processes=2))


def test_lines_are_answered_in_their_order_and_a_bad_one_in_its_place() -> None:
    good = [line(seed, rounds=100) for seed in range(3)]
    lines = [json.dumps(good[0]), "", '{"vehicles": []}', json.dumps(good[1]), "{", json.dumps(good[2])]
    done = subprocess.run(
        [sys.executable, "-m", "handyman.dispatch", "--many", "--processes", "2"],
        input="\n".join(lines), capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    answers = [json.loads(each) for each in done.stdout.splitlines()]
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "Line 3: jobs is missing.",
        "Line 5: The problem is not JSON, from line 1, column 2 on.",
    ]
    assert [answer["code"] for answer in answers] == [0, 2, 0, 2, 0]
    alone = [untimed(answer_text(json.dumps(problem).encode())) for problem in good]
    assert [untimed(answer) for answer in answers if answer["code"] == 0] == alone
