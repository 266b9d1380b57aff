"""A problem as text: JSON as it is written, with no NaN, no Infinity, and no key twice in one object."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

from handyman.dispatch.vroom import InputError, solve

BAD_INPUT = 2  # VROOM's code

Json = dict[str, Any]


def answer_text(text: bytes, go_on: Callable[[], bool] = lambda: True, *, alone: bool = True) -> Json:
    """The plan, or what is wrong with the problem; `code` tells which."""
    try:
        return solve(parse(text), go_on, alone=alone)
    except InputError as error:
        return {"code": BAD_INPUT, "error": str(error)}


def parse(text: bytes) -> Any:
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


def _without_twins(pairs: list[tuple[str, Any]]) -> Json:
    found: Json = {}
    for key, value in pairs:
        if key in found:
            raise InputError(f"The problem holds {key} twice in one object.")
        found[key] = value
    return found
