"""How functions of this package are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba.core import types
from numba.core.registry import CPUDispatcher

Function = TypeVar("Function", bound=Callable[..., Any])

# Nothing here makes an array, so arrays need not be counted while they are handed on: counting them took nine
# tenths of the time. The interpreter's lock is let go: a search in one thread leaves all others free.
_HOW: dict[str, Any] = {"nopython": True, "nogil": True, "_nrt": False, "no_cfunc_wrapper": True}


class _Compiled(CPUDispatcher):
    """A constant is handed on as any number is: numba would compile a function anew for each."""

    def get_call_template(self, args: Any, kws: Any) -> Any:
        numbers = tuple(types.unliteral(each) for each in args)  # type: ignore[no-untyped-call]
        return super().get_call_template(numbers, kws)


class _Part(_Compiled):
    """Has no entrance for Python: to make one costs as much as the function itself."""

    def __call__(self, *_: Any) -> None:
        raise TypeError(f"{self.py_func.__name__} stands in compiled functions alone")


def _make(kind: type[_Compiled], function: Function, **how: Any) -> Function:
    made = kind(function, targetoptions={**_HOW, **how})
    made.enable_caching()
    return cast("Function", made)


def compiled(function: Function) -> Function:
    return _make(_Compiled, function)


def inlined(function: Function) -> Function:
    """Small enough to stand in its callers."""
    return _make(_Compiled, function, inline="always")


def merged(function: Function) -> Function:
    """A part of its callers: a call would cost more than its work, for every array is handed on in pieces."""
    return _make(_Part, function, forceinline=True, no_cpython_wrapper=True)


def shared(function: Function) -> Function:
    """As `merged`, and Python calls it as well."""
    return _make(_Compiled, function, forceinline=True)
