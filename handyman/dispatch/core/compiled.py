"""How functions of this package are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

# Nothing here makes an array, so arrays need not be counted while they are handed on: counting them took nine
# tenths of the time. The interpreter's lock is let go: a search in one thread leaves all others free.
_HOW: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}


def compiled(function: Function) -> Function:
    made: Function = numba.njit(**_HOW)(function)
    return made


def inlined(function: Function) -> Function:
    """Small enough to stand in its callers."""
    made: Function = numba.njit(inline="always", **_HOW)(function)
    return made


def merged(function: Function) -> Function:
    """A part of its callers: a call would cost more than its work, for every array is handed on in pieces."""
    made: Function = numba.njit(forceinline=True, **_HOW)(function)
    return made
