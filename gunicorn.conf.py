"""What gunicorn does beside serving: all is ready for the first keystroke; refusals are said in words."""

from threading import Thread
from typing import Any

from gunicorn import util

from handyman import unreadable

util.write_error = unreadable.write  # the only way in: what cannot be read reaches no application


def post_worker_init(worker: Any) -> None:
    """Called in each worker when its application is loaded."""
    from handyman.address_table import stay_warm
    from handyman.dispatch.ready import ready_call

    Thread(target=stay_warm, daemon=True).start()
    Thread(target=ready_call, daemon=True).start()
