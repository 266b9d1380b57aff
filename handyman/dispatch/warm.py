"""Whether the machine code of calls is being made or read just now.

While one thread is at it, at the start of a process, the others answer by the plain form: slower, and without
ejections, but at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident

_makers: list[int] = []  # threads, one at most


def is_being_made() -> bool:
    """By another thread than this one."""
    return any(maker != get_ident() for maker in _makers)


@contextmanager
def making() -> Iterator[None]:
    _makers.append(get_ident())
    try:
        yield
    finally:
        _makers.remove(get_ident())
