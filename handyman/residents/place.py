"""Where somebody lives, as plain values."""

from dataclasses import dataclass
from datetime import datetime

from handyman.models import VAGUE, Grade

# Where a point comes from: the table, somebody of the office, or else an online service by its own name.
TABLE = "embedded"
TABLE_CHOSEN = "table"  # the operator looked at something else too, and went with the table
BY_HAND = "operator"


@dataclass(frozen=True, slots=True)
class Place:
    """An address with what the locating step made of it. Grade NONE has no point."""

    said: str
    label: str
    unit: str = ""
    entrance: str = ""
    place_key: str = ""
    road_name: str = ""
    building_number: str = ""
    beopjeong_dong: str = ""
    haengjeong_dong: str = ""
    jibun: str = ""
    building_name: str = ""
    lat: float | None = None
    lon: float | None = None
    grade: Grade = Grade.NONE
    error_m: int | None = None
    source: str = ""
    located_at: datetime | None = None  # None: at the moment it is stored
    decided: bool = False  # somebody of the office chose this very point

    @property
    def located(self) -> bool:
        return self.lat is not None

    @property
    def findable(self) -> bool:
        """Whether a member can be sent there."""
        return self.located and self.grade not in VAGUE

    @property
    def by_hand(self) -> bool:
        return self.grade is Grade.PLACED
