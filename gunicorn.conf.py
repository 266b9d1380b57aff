"""What gunicorn does beside serving: the first keystroke in a worker finds the address index ready."""

from threading import Thread
from typing import Any


def post_worker_init(worker: Any) -> None:
    """Called in each worker when its application is loaded."""
    from handyman.address_table import stay_warm

    Thread(target=stay_warm, daemon=True).start()
