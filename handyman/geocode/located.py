"""What the search for an address gives back."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How sure a point is, best first."""

    PLACED = "placed"
    BUILDING = "building"
    LOT = "lot"
    INTERPOLATED = "interpolated"
    ROAD = "road"
    DONG = "dong"


class Problem(StrEnum):
    NOT_FOUND = "not_found"
    OTHER_DISTRICT = "other_district"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Located:
    """One place: WGS 84 degrees, a grade, and its names."""

    lat: float
    lon: float
    grade: Grade
    error_m: int  # nine of ten such points lie within this many metres
    road_name: str = ""
    building_number: str = ""  # 20-3
    beopjeong_dong: str = ""
    haengjeong_dong: str = ""
    jibun: str = ""
    building_name: str = ""
    unit: str = ""
    label: str = ""  # 동작구 사당로23길 20-3, 101동 1203호
    place_key: str = ""  # the same place has the same key; empty when only a road or a dong is known
    corrected: bool = False  # a typing error was mended: to be asked back


@dataclass(frozen=True, slots=True)
class Finding:
    """The places that a text may mean, best first; several are for the operator to choose from."""

    candidates: tuple[Located, ...]
    problem: Problem | None = None
    detail: str = ""  # the other district's or the unknown road's name

    @property
    def best(self) -> Located | None:
        return self.candidates[0] if len(self.candidates) == 1 and self.problem is None else None
