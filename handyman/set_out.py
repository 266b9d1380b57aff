"""That somebody has set out is told once, and holds for the day of the visit."""

from datetime import datetime

from handyman.models import Visit
from handyman.words import seoul_day


def announced(visit: Visit) -> datetime | None:
    """When the resident was told that they will be there; of a visit that was moved since it says nothing."""
    at = visit.arriving_at
    return at if at is not None and seoul_day(at) == visit.day else None
