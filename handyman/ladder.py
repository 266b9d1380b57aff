"""What a ladder asks for: by the team, and by the highest ceiling.

The labour ministry's guidance on ladders: a helmet always, two people from where the feet stand at 1.2 m, a
harness from 2 m. The catalogue holds the ceiling from which an item takes two; the harness is a setting.
"""

from collections.abc import Collection

from handyman.models import Gear, Visit, VisitItem


def needed(visit: Visit, harness_from_cm: int) -> tuple[Gear, ...]:
    """Nothing for most visits."""
    ladder = [item for item in visit.items if _is_high(item)]
    highest = max((ceiling_cm(item) for item in ladder), default=0)
    gear = {
        Gear.HELMET: bool(ladder),
        Gear.SECOND: bool(ladder) or visit.team_size > 1,
        Gear.HARNESS: highest >= harness_from_cm,
    }
    return tuple(each for each, wanted in gear.items() if wanted)


def climbs(gear: Collection[Gear]) -> bool:
    """Whether somebody stands on a ladder; else two are there to hold and to keep people away."""
    return Gear.HELMET in gear


def ceiling_cm(item: VisitItem) -> int:
    value = item.request_item.answers.get("ceiling_cm")
    return value if isinstance(value, int) else 0


def _is_high(item: VisitItem) -> bool:
    two_from = item.request_item.service_item.two_person_from_cm
    return two_from is not None and ceiling_cm(item) >= two_from
