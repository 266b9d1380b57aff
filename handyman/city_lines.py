"""The districts of a city as lines of a table that workers of any machine plan: a problem in, a plan out.

It stands among the tables of the queue, for a line is a job's luggage: with its city it comes and goes.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from psycopg import Connection

from handyman.dispatch.vroom.text import answer_text

Queue = Connection[tuple[Any, ...]]

TASK = "plan_district"
ATTEMPTS = 3
LOST = {"code": 1, "error": f"{ATTEMPTS} workers in a row were lost while they planned it."}
TABLE = """
CREATE TABLE IF NOT EXISTS city_lines (
    id bigserial PRIMARY KEY, city uuid NOT NULL, number int NOT NULL, problem bytea NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(), attempts int NOT NULL DEFAULT 0, answer text, worker text,
    UNIQUE (city, number))
"""
# a line is in good hands while its job waits, or is done by somebody who was heard of lately
WITHOUT_JOB = """
UPDATE city_lines SET attempts = attempts + 1 WHERE id IN (
    SELECT line.id FROM city_lines line WHERE line.city = %s AND line.answer IS NULL AND NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs job
        LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
        WHERE job.task_name = %s AND (job.args ->> 'line_id')::bigint = line.id
        AND (job.status = 'todo'
             OR job.status = 'doing' AND worker.last_heartbeat > now() - interval '30 seconds')))
RETURNING id, attempts
"""


class Count(NamedTuple):
    lines: int
    answered: int
    workers: int  # that have answered


def make_table(queue: Queue) -> None:
    queue.execute(TABLE)


def add(queue: Queue, city: str, lines: Iterable[tuple[int, bytes]]) -> None:
    with queue.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO city_lines (city, number, problem) VALUES (%s, %s, %s)",
            ((city, number, line) for number, line in lines),
        )


def without_job(queue: Queue, city: str) -> list[int]:
    """Lines that nobody has been asked for, or whose worker was lost; who lost too many is asked no more."""
    found = queue.execute(WITHOUT_JOB, (city, TASK)).fetchall()
    for line_id, attempts in found:
        if attempts > ATTEMPTS:
            _answer(queue, line_id, LOST, None)
    return sorted(line_id for line_id, attempts in found if attempts <= ATTEMPTS)


def plan_line(queue: Queue, line_id: int, worker: str, go_on: Callable[[], bool]) -> None:
    """The job. A worker that is told to stop leaves the line to another one."""
    line = queue.execute(
        "SELECT problem FROM city_lines WHERE id = %s AND answer IS NULL", (line_id,)
    ).fetchone()
    if line is not None:
        answer = answer_text(bytes(line[0]), go_on, alone=False)
        if go_on():
            _answer(queue, line_id, answer, worker)


def count(queue: Queue, city: str) -> Count:
    query = "SELECT count(*), count(answer), count(DISTINCT worker) FROM city_lines WHERE city = %s"
    return Count(*queue.execute(query, (city,)).fetchall()[0])


def anybody_works(queue: Queue) -> bool:
    query = "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds' LIMIT 1"
    return queue.execute(query).fetchone() is not None


def answers(queue: Queue, city: str) -> Iterator[tuple[int, str]]:
    """With the number of the line, in the order of the lines."""
    query = "SELECT number, answer FROM city_lines WHERE city = %s ORDER BY number"
    yield from queue.execute(query, (city,))


def forget(queue: Queue, city: str) -> None:
    """And what was left by commands that were killed."""
    queue.execute("DELETE FROM city_lines WHERE city = %s OR asked_at < now() - interval '7 days'", (city,))


def _answer(queue: Queue, line_id: int, answer: dict[str, Any], worker: str | None) -> None:
    queue.execute(
        "UPDATE city_lines SET answer = %s, worker = %s WHERE id = %s AND answer IS NULL",
        (json.dumps(answer), worker, line_id),
    )
