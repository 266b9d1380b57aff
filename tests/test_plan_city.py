"""`flask --app wsgi plan-city`: the districts of a city are planned by worker processes, one line each."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from handyman import city_lines, city_run, queueing
from handyman.dispatch.vroom.text import answer_text
from tests.dispatch.districts import line, untimed

ON_POSTGRES = pytest.mark.parametrize(
    "any_database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
ROOT = Path(__file__).parent.parent
CITY = "00000000-0000-4000-8000-000000000001"
Db = scoped_session[Session]
Workers = Callable[[int], list[subprocess.Popen[bytes]]]
pytestmark = pytest.mark.settings(QUEUE="procrastinate")


@pytest.fixture
def queue(session: Db) -> Iterator[city_lines.Queue]:
    queueing.make_tables()
    with psycopg.connect(queueing.address(), autocommit=True) as queue:
        yield queue


@pytest.fixture
def workers(queue: city_lines.Queue, database_url: str, tmp_path: Path) -> Iterator[Workers]:
    """Starts so many workers, and waits until they are heard of; SIGTERM ends them."""
    started = list[subprocess.Popen[bytes]]()

    def start(many: int) -> list[subprocess.Popen[bytes]]:
        environ = {
            **os.environ,
            "DATABASE_URL": database_url,
            "INSTANCE_PATH": str(tmp_path),
            "QUEUE": "procrastinate",
            "SECRET_KEY": "only for tests",
        }
        for _ in range(many):
            command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
            started.append(subprocess.Popen(command, cwd=ROOT, env=environ))
        until(lambda: number(queue, "SELECT count(*) FROM procrastinate_workers") >= len(started))
        return started

    yield start
    for each in started:
        each.send_signal(signal.SIGTERM)
    for each in started:
        each.wait(30)


def until(holds: Callable[[], bool]) -> None:
    patience = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < patience, "it did not come to that"
        time.sleep(0.1)


def number(queue: city_lines.Queue, query: str) -> int:
    return int(queue.execute(query).fetchall()[0][0])


def plan_city(app: Flask, *files: Path) -> Result:
    return app.test_cli_runner().invoke(args=["plan-city", *map(str, files)])


def lines_of(city: list[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(problem)}\n" for problem in city)


@pytest.mark.long
@ON_POSTGRES
@pytest.mark.usefixtures("any_database")
def test_two_workers_plan_a_city_as_one_process_would(app: Flask, workers: Workers, tmp_path: Path) -> None:
    city = [line(seed, rounds=48_000) for seed in range(8)]  # long enough for the second to begin
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines_of(city))
    workers(2)
    done = plan_city(app, source, target)
    assert (done.output, done.exit_code) == ("8 districts, by 2 workers.\n", 0)
    alone = [untimed(answer_text(json.dumps(problem).encode())) for problem in city]
    assert [untimed(json.loads(answer)) for answer in target.read_text().splitlines()] == alone
    with app.app_context(), psycopg.connect(queueing.address()) as queue:
        assert number(queue, "SELECT count(*) FROM city_lines") == 0


@pytest.mark.long
@ON_POSTGRES
@pytest.mark.usefixtures("any_database")
def test_a_line_with_a_mistake_is_named_and_the_others_are_planned(
    app: Flask, workers: Workers, tmp_path: Path
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b'\n{"jobs": []}\n' + lines_of([line(1, rounds=1)]).encode() + b"\x00\n")
    workers(1)
    done = plan_city(app, source, target)
    assert done.exit_code == 2
    assert "Line 2: vehicles is missing.\nLine 4: The problem is not JSON" in done.output
    assert [json.loads(answer)["code"] for answer in target.read_text().splitlines()] == [2, 0, 2]


@ON_POSTGRES
@pytest.mark.usefixtures("any_database")
def test_a_line_whose_worker_is_lost_goes_to_another_three_times(queue: city_lines.Queue) -> None:
    city_lines.add(queue, CITY, [(1, json.dumps(line(1, rounds=1)).encode())])
    asked = city_lines.without_job(queue, CITY)
    queueing.ask_for_districts(asked)
    assert city_lines.without_job(queue, CITY) == []  # its job waits
    for _ in range(city_lines.ATTEMPTS - 1):
        take_and_die(queue)
        assert city_lines.without_job(queue, CITY) == asked
        queueing.ask_for_districts(asked)
    take_and_die(queue)
    assert city_lines.without_job(queue, CITY) == []
    assert [json.loads(answer) for _, answer in city_lines.answers(queue, CITY)] == [city_lines.LOST]


def take_and_die(queue: city_lines.Queue) -> None:
    """As a worker that is killed over the job leaves it."""
    queue.execute(
        "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - interval '1 minute') RETURNING id)"
        " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM worker)"
        " WHERE status = 'todo'"
    )


@ON_POSTGRES
@pytest.mark.usefixtures("any_database")
def test_a_worker_that_is_told_to_stop_leaves_its_line_to_another(queue: city_lines.Queue) -> None:
    city_lines.add(queue, CITY, [(1, json.dumps(line(1, rounds=1)).encode())])
    line_id = number(queue, "SELECT id FROM city_lines")
    city_lines.plan_line(queue, line_id, "stopped", lambda: False)
    assert city_lines.count(queue, CITY) == city_lines.Count(1, 0, 0)
    city_lines.plan_line(queue, line_id, "going on", lambda: True)
    city_lines.plan_line(queue, line_id, "comes twice", lambda: True)
    assert queue.execute("SELECT worker FROM city_lines").fetchall() == [("going on",)]


@ON_POSTGRES
@pytest.mark.usefixtures("any_database", "session")
def test_without_a_place_for_the_plans_nobody_is_asked(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(lines_of([line(1)]))
    done = plan_city(app, tmp_path / "in.jsonl", tmp_path / "nowhere" / "out.jsonl")
    assert done.exit_code == 2
    assert "No such file or directory" in done.output


@ON_POSTGRES
@pytest.mark.usefixtures("any_database")
def test_an_empty_city_has_no_plans(app: Flask, queue: city_lines.Queue, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").touch()
    result = city_run.plan_city(tmp_path / "in.jsonl", tmp_path / "out.jsonl", lambda _: None, lambda: None)
    assert result == city_run.CityResult(0, 0, [])
    assert (tmp_path / "out.jsonl").read_text() == ""


@pytest.mark.settings(QUEUE="tables")
def test_without_the_queue_it_says_what_to_set(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").touch()
    done = plan_city(app, tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert done.exit_code == 2
    assert "Set QUEUE=procrastinate" in done.output
