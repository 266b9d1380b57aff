"""Where a process may die at the worst moment. Only tests set the name of one; else nothing happens here."""

import os
import signal

KILL_AT = "HANDYMAN_DIES_AT"


def reach(point: str) -> None:
    if os.environ.get(KILL_AT) == point:
        os.kill(os.getpid(), signal.SIGKILL)
