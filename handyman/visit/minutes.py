"""How long a visit took, as a first guess that the member may correct."""

from datetime import datetime

from handyman.models import Visit

STEP = 5  # nobody counts single minutes
LONGEST = 8 * 60  # longer than this, the button was forgotten rather than the work so long


def worked_minutes(visit: Visit, now: datetime) -> int:
    """From the door to now, in steps of five; the planned time when the door was forgotten."""
    if visit.arrived_at is None:
        return visit.service_minutes
    minutes = int((now - visit.arrived_at).total_seconds() // 60)
    rounded = max(STEP, round(minutes / STEP) * STEP)
    return rounded if rounded <= LONGEST else visit.service_minutes
