"""All Seoul, made up: 600,000 addresses in the form of the government's 위치정보요약DB.

Roads that are known to lie in a district keep their names, others are made up. A road of the district's table
gives each of them its numbers and its shape; where the table knows half of the houses, all stand.
"""

import hashlib
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from handyman.geocode.gazetteer import GU, AddressPoint, embedded
from handyman.geocode.table import (
    facts,
    import_files,
    import_rows,
    import_work,
    importing,
    rows,
    shipped,
    store,
)
from handyman.geocode.table.rows import DongCentre

OUT = Path(__file__).parent / "out"
ADDRESSES, ROADS_OF_A_GU, MOST_OF_A_ROAD = 600_000, 600, 70
NAMED = 0.15  # of the buildings
FIRST, SECOND = (
    "가나다라마바사아자차카타파하고노도로모보소오조초코토포호",
    "선원림평정산곡천현동강송백운금은학봉월양",
)
HOUSES = (
    "래미안",
    "푸르지오",
    "현대",
    "우성",
    "삼성",
    "자이",
    "한신",
    "극동",
    "빌라",
    "빌딩",
    "하이츠",
    "타워",
)


def file() -> Path:
    """The text, kept until its makers change."""
    made = OUT / f"entrc_seoul-{version()}.txt"
    if not made.exists():
        OUT.mkdir(exist_ok=True)
        for old in OUT.glob("entrc_seoul-*"):
            old.unlink()
        unfinished = made.with_suffix(".part")
        with unfinished.open("w", encoding="cp949", newline="\r\n") as target:
            target.writelines(_lines())
        unfinished.rename(made)
    return made


def version() -> str:
    makers = (import_files, import_rows, import_work, importing, rows, store)
    texts = [Path(str(maker.__file__)).read_text() for maker in makers]
    return hashlib.sha256("".join([*texts, Path(__file__).read_text()]).encode()).hexdigest()[:12]


def _lines() -> Iterator[str]:
    gus = sorted({centre.gu for centre in shipped.dongs()})
    for number, gu in enumerate(gus):
        yield from islice(_of_gu(gu, number), ADDRESSES // len(gus))


def _of_gu(gu: str, number: int) -> Iterator[str]:
    from pyproj import Transformer  # not where memory is measured

    chance = Random(number)
    dongs = [centre for centre in shipped.dongs() if centre.gu == gu]
    legal, offices = ([centre for centre in dongs if centre.kind == kind] for kind in ("법정동", "행정동"))
    table = embedded()
    shapes = [points for road in table.roads if len(points := table.on_road(road)) > 1]
    named = zip(_road_names(gu, chance), cycle(shapes), strict=False)
    houses = [
        house
        for road, points in named
        for house in _houses(road, points, chance.choice(legal), chance.choice(offices), chance)
    ]
    while len(houses) < ADDRESSES // 25:
        houses += [(road, main, sub + 100, *rest) for road, main, sub, *rest in houses]
    xs, ys = Transformer.from_crs("EPSG:4326", "EPSG:5179", always_xy=True).transform(
        [house[-1] for house in houses], [house[-2] for house in houses]
    )
    for serial, (house, x, y) in enumerate(zip(houses, xs, ys, strict=True), 1):
        road, main, sub, dong, office, name, *_ = house
        yield (
            f"11{number:03}|{serial}|11{number:03}00000|서울특별시|{gu}|{dong}|11{number:03}0000000|{road}|0|"
            f"{main}|{sub}|{name}|00000|주택|0|{office}|{x:.6f}|{y:.6f}\n"
        )


def _road_names(gu: str, chance: Random) -> list[str]:
    known = [road for road in sorted(facts.roads_elsewhere()) if gu in facts.districts_of(road)]
    known += [road.name for road in embedded().roads] if gu == GU else []
    names = dict.fromkeys(known[:ROADS_OF_A_GU])
    while len(names) < ROADS_OF_A_GU:
        stem = chance.choice(FIRST) + chance.choice(SECOND)
        names[
            f"{stem}로{chance.choice(['', f'{chance.randint(1, 60)}길', f'{chance.randint(1, 60)}가길'])}"
        ] = None
    return list(names)


def _houses(
    road: str, points: Any, dong: DongCentre, office: DongCentre, chance: Random
) -> Iterator[tuple[Any, ...]]:
    """The numbers of a road of the table, the missing ones among them too, moved to another dong."""
    known = {(point.main, point.sub): point for point in points}
    first: AddressPoint = points[0]
    mains = range(1, max(main for main, _ in known) + 1)
    wanted = {*known, *((main, 0) for main in mains), *((main, 1) for main in mains[::3])}
    for main, sub in sorted(chance.sample(sorted(wanted), min(len(wanted), MOST_OF_A_ROAD))):
        near = known.get((main, sub)) or chance.choice(points)
        name = (
            f"{dong.name[:-1]}{chance.choice(HOUSES)}{chance.randint(1, 99)}"
            if chance.random() < NAMED
            else ""
        )
        lat, lon = dong.lat + near.lat - first.lat, dong.lon + near.lon - first.lon
        yield road, main, sub, dong.name, office.name, name, lat, lon
