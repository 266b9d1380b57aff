"""The planner by itself: `python -m handyman.dispatch < problem.json > plan.json`, in VROOM's JSON.

With `--many`, each line is a problem, and the plans come out in the same order: a city, district by district.
No Flask, no database. Bad input ends with status 2 and one sentence. Ctrl+C ends the search, and the best
plan so far is written.
"""

import json
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from handyman.dispatch.city import ProcessLostError, side_by_side
from handyman.dispatch.cores import cores
from handyman.dispatch.ready import ready_search
from handyman.dispatch.vroom.text import BAD_INPUT, answer_text

LOST = 1


def main() -> None:
    options, stopped = _options(), list[int]()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: stopped.append(number))
    bad = False
    try:
        for name, answer in _answers(options, lambda: not stopped):
            print(json.dumps(answer), flush=True)  # noqa: T201
            if "error" in answer:
                _complain(f"{name}{answer['error']}")
                bad = True
    except ProcessLostError as error:
        _complain(str(error))
        sys.exit(LOST)
    sys.exit(BAD_INPUT if bad else 0)


def _options() -> Namespace:
    described = (
        "Read a routing problem in VROOM's JSON from standard input, write the plan to standard output."
    )
    parser = ArgumentParser(prog="python -m handyman.dispatch", description=described)
    parser.add_argument("--many", action="store_true", help="a problem in each line, a plan in each line")
    parser.add_argument(
        "--processes", type=_count, metavar="N", help="with --many: so many at once, not one for each core"
    )
    options = parser.parse_args()
    if options.processes and not options.many:
        parser.error("--processes goes with --many")
    return options


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"must be a whole number from 1, not {text}")
    return int(text)


def _answers(options: Namespace, go_on: Callable[[], bool]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each answer, and the line that it is for where there are several."""
    if not options.many:
        ready_search()
        yield "", answer_text(sys.stdin.buffer.read(), go_on)
        return
    numbers = list[int]()
    one_of_many = partial(answer_text, alone=False)
    answers = side_by_side(one_of_many, _lines(numbers), options.processes or cores(), go_on)
    for at, answer in enumerate(answers):
        yield f"Line {numbers[at]}: ", answer


def _lines(numbers: list[int]) -> Iterator[bytes]:
    """The lines that hold something; their numbers are noted."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        if line.strip():
            numbers.append(number)
            yield line.rstrip()


def _complain(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
