"""What a table of addresses is made of: addresses, roads, dongs, boundaries."""

from dataclasses import dataclass

GU = "동작구"
BUILDING_ERROR_M = 30  # independent datasets: 90 % within 3 to 30 m
FACILITY_ERROR_M = 100  # known from one list of facilities alone: one in ten is off by 100 m and more
FACILITY_LISTS = frozenset({"daycare", "heat", "toilet", "apt", "zone"})


@dataclass(frozen=True, slots=True)
class AddressPoint:
    """One address of the table. Without a road name only the lot is known."""

    road_name: str
    main: int
    sub: int
    beopjeong_dong: str
    jibun: str
    names: tuple[str, ...]
    lat: float
    lon: float
    error_m: int = BUILDING_ERROR_M
    gu: str = GU
    haengjeong_dong: str = ""  # empty: the boundaries tell
    underground: bool = False

    @property
    def number(self) -> str:
        shown = f"{self.main}-{self.sub}" if self.sub else str(self.main)
        return f"지하 {shown}" if self.underground else shown


@dataclass(frozen=True, slots=True)
class Road:
    """A road, or the part of it that lies in one district."""

    gu: str
    name: str


@dataclass(frozen=True, slots=True)
class DongCentre:
    name: str
    kind: str  # 행정동 or 법정동
    gu: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Boundary:
    name: str
    ring: tuple[tuple[float, float], ...]  # lon, lat
    box: tuple[float, float, float, float]  # west, south, east, north

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the point lies inside (an odd number of edges to its east)."""
        west, south, east, north = self.box
        if not (west <= lon <= east and south <= lat <= north):
            return False
        inside = False
        (before_x, before_y) = self.ring[-1]
        for x, y in self.ring:
            if (y > lat) != (before_y > lat) and lon < (before_x - x) * (lat - y) / (before_y - y) + x:
                inside = not inside
            before_x, before_y = x, y
        return inside
