"""Threads of a worker beside a test, stopped as SIGTERM stops them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context

from flask import Flask


@contextmanager
def stopped_at_the_end(
    work: Callable[[Flask, threading.Event], None], app: Flask
) -> Iterator[Callable[[], None]]:
    """Gives what starts one more of them."""
    stop, threads = threading.Event(), list[threading.Thread]()

    def start() -> None:
        thread = threading.Thread(target=Context().run, args=(work, app, stop), daemon=True)
        threads.append(thread)
        thread.start()

    yield start
    stop.set()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
