"""How long a request takes at the most: a client's own patience begins anew with each byte that drips in."""

from collections.abc import Callable
from queue import Empty, Queue
from threading import Thread
from typing import TypeVar

Value = TypeVar("Value")


def within(seconds: float, ask: Callable[[], Value]) -> Value:
    """What comes of it; TimeoutError where nothing has by then, whatever becomes of it afterwards."""
    came: Queue[tuple[Value, None] | tuple[None, Exception]] = Queue(1)

    def run() -> None:
        try:
            came.put((ask(), None))
        except Exception as error:  # noqa: BLE001 - raised again where it was asked
            came.put((None, error))

    Thread(target=run, name="request", daemon=True).start()  # it keeps no process from ending
    try:
        found = came.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if found[1] is not None:
        raise found[1]
    return found[0]
