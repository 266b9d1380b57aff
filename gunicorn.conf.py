"""What gunicorn does beside serving: the first keystroke and the first call find everything ready."""

from threading import Thread
from typing import Any


def post_worker_init(worker: Any) -> None:
    """Called in each worker when its application is loaded."""
    from handyman.address_table import stay_warm
    from handyman.dispatch.ready import ready_call

    Thread(target=stay_warm, daemon=True).start()
    Thread(target=ready_call, daemon=True).start()
