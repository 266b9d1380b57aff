"""How long a request takes at the most: a client's own patience begins anew with each byte that drips in."""

import ctypes
from collections.abc import Callable
from queue import Empty, Queue
from threading import Thread
from typing import TypeVar

Value = TypeVar("Value")


class HungUpError(BaseException):
    """Nobody waits for the answer any more. No client takes it for an error of its own, and asks on."""


def within(seconds: float, ask: Callable[[], Value]) -> Value:
    """What comes of it; TimeoutError where nothing has by then: it may have been taken all the same."""
    came: Queue[tuple[Value, None] | tuple[None, Exception]] = Queue(1)

    def run() -> None:
        try:
            came.put((ask(), None))
        except HungUpError:
            return
        except Exception as error:  # noqa: BLE001 - raised again where it was asked
            came.put((None, error))

    asks = Thread(target=run, name="request", daemon=True)  # it keeps no process from ending
    asks.start()
    try:
        found = came.get(timeout=seconds)
    except Empty:
        _hang_up(asks)
        raise TimeoutError from None
    if found[1] is not None:
        raise found[1]
    return found[0]


def _hang_up(asks: Thread) -> None:
    """With the next byte, or by its own patience: else each that drips would hold its thread and its line."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(asks.ident or 0), ctypes.py_object(HungUpError))
