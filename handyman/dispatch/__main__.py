"""The planner by itself: `python -m handyman.dispatch < problem.json > plan.json`, in VROOM's JSON.

No Flask, no database. Bad input ends with status 2 and one sentence. Ctrl+C ends the search, and the best
plan so far is written.
"""

import json
import signal
import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from handyman.dispatch.vroom import InputError, solve

BAD_INPUT = 2


def main() -> None:
    described = (
        "Read a routing problem in VROOM's JSON from standard input, write the plan to standard output."
    )
    ArgumentParser(prog="python -m handyman.dispatch", description=described).parse_args()
    stopped: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: stopped.append(number))
    try:
        plan = solve(_read(sys.stdin.buffer.read()), go_on=lambda: not stopped)
    except InputError as error:
        _say({"code": BAD_INPUT, "error": str(error)})
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(BAD_INPUT)
    _say(plan)


def _read(text: bytes) -> Any:
    """JSON as it is written: no NaN, no Infinity, no key twice in one object."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_twins)
    except UnicodeDecodeError as error:
        raise InputError("The problem is not text in UTF-8.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"The problem is not JSON, from {where} on.") from error
    except RecursionError as error:
        raise InputError("The problem is nested too deeply.") from error
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError("The problem holds a number with too many digits.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise InputError(f"The problem holds {name}, which is no number.")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InputError(f"The problem holds {key} twice in one object.")
        found[key] = value
    return found


def _say(document: dict[str, Any]) -> None:
    print(json.dumps(document))  # noqa: T201


if __name__ == "__main__":
    main()
