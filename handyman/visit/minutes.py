"""How long a visit took, as a first guess that the member may correct."""

from datetime import datetime

from handyman.models import Outcome, Visit

STEP = 5  # nobody counts single minutes
LONGEST = 8 * 60  # longer than this, the button was forgotten rather than the work so long
AT_THE_DOOR = 10  # rung, waited, gone again
WORKED = frozenset({Outcome.DONE, Outcome.PARTLY})


def reckoned(visit: Visit, outcome: Outcome) -> dict[str, int | str]:
    """The same for a telephone that knows of presses of which we do not: by our clock, in milliseconds.

    `otherwise`: what the form of another outcome began with, which means nothing here.
    """
    return {
        "arrived": instant(visit.arrived_at),
        "ended": instant(visit.ended_at),
        "planned": visit.service_minutes,
        "unseen": _unseen(visit, outcome in WORKED),
        "otherwise": "" if visit.arrived_at else _unseen(visit, outcome not in WORKED),
        "step": STEP,
        "longest": LONGEST,
    }


def instant(at: datetime | None) -> int | str:
    """As telephones count, in milliseconds; nothing where it is not known."""
    return int(at.timestamp() * 1000) if at else ""


def worked_minutes(visit: Visit, now: datetime, outcome: Outcome = Outcome.DONE) -> int:
    """From the door to now, in steps of five; without the door, what was planned if there was work."""
    if visit.arrived_at is None:
        return _unseen(visit, outcome in WORKED)
    minutes = int((now - visit.arrived_at).total_seconds() // 60)
    rounded = max(STEP, round(minutes / STEP) * STEP)
    return rounded if rounded <= LONGEST else visit.service_minutes


def _unseen(visit: Visit, worked: bool) -> int:
    return visit.service_minutes if worked else AT_THE_DOOR
