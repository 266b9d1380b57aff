"""How long a visit took, as a first guess that the member may correct."""

from datetime import datetime

from handyman.models import Outcome, Visit

STEP = 5  # nobody counts single minutes
LONGEST = 8 * 60  # longer than this, the button was forgotten rather than the work so long
AT_THE_DOOR = 10  # rung, waited, gone again
WORKED = frozenset({Outcome.DONE, Outcome.PARTLY})


def reckoned(visit: Visit, outcome: Outcome) -> dict[str, int | str]:
    """The same for a telephone that knows of presses of which we do not: by our clock, in milliseconds."""
    return {
        "arrived": _instant(visit.arrived_at),
        "ended": _instant(visit.ended_at),
        "planned": visit.service_minutes,
        "unseen": visit.service_minutes if outcome in WORKED else AT_THE_DOOR,
        "step": STEP,
        "longest": LONGEST,
    }


def _instant(at: datetime | None) -> int | str:
    return int(at.timestamp() * 1000) if at else ""


def worked_minutes(visit: Visit, now: datetime, outcome: Outcome = Outcome.DONE) -> int:
    """From the door to now, in steps of five; without the door, what was planned if there was work."""
    if visit.arrived_at is None:
        return visit.service_minutes if outcome in WORKED else AT_THE_DOOR
    minutes = int((now - visit.arrived_at).total_seconds() // 60)
    rounded = max(STEP, round(minutes / STEP) * STEP)
    return rounded if rounded <= LONGEST else visit.service_minutes
