"""Whether an answer of another is for the house that was asked for, and what it is then worth."""

from collections.abc import Iterable
from dataclasses import replace

from handyman.geocode.address import name_key
from handyman.geocode.asking.asked import Question, same_name
from handyman.geocode.asking.providers.answer import Answer
from handyman.geocode.finding.answers import LOT_ERROR_M, MOST, SAME_PLACE_M, label, lot_key, road_key
from handyman.geocode.gazetteer import Gazetteer
from handyman.geocode.ground import metres
from handyman.geocode.located import Grade, Located
from handyman.geocode.table.rows import BUILDING_ERROR_M, GU

ROAD_ERROR_M = 100
LONGEST = {"road_name": 60, "number": 20, "dong": 30, "lot": 20, "name": 100}  # of an address in the file
ERRORS = {Grade.BUILDING: BUILDING_ERROR_M, Grade.LOT: LOT_ERROR_M, Grade.ROAD: ROAD_ERROR_M}


def fitting(answers: Iterable[Answer], asked: Question, table: Gazetteer) -> list[Answer]:
    """Those that lie in a district we serve and are what was asked for, each place once."""
    kept: list[Answer] = []
    for answer in map(_cut, answers):
        if (
            _is_served(answer, table)
            and _grade(answer, asked)
            and not any(_is_near(answer, other) for other in kept)
        ):
            kept.append(answer)
    sure = [answer for answer in kept if _grade(answer, asked) is not Grade.ROAD]
    exact = [answer for answer in sure if asked.name and name_key(answer.name) == asked.name]
    return (exact or sure or kept[:1])[:MOST]


def as_located(answer: Answer, asked: Question, unit: str, table: Gazetteer) -> Located:
    """An answer that fits, in the form of the table's own answers."""
    grade = _grade(answer, asked) or Grade.ROAD
    gu = answer.gu or asked.gu
    road = answer.road_name or asked.road_name
    dong, lot = answer.dong or asked.dong, answer.lot or asked.lot
    number = (answer.number or asked.number) if grade is not Grade.ROAD else ""
    by_road = bool(road and number)
    place = f"{road} {number}".strip() if by_road or not lot else f"{dong} {lot}"
    return Located(
        lat=answer.lat,
        lon=answer.lon,
        grade=grade,
        error_m=ERRORS[grade],
        road_name=road,
        building_number=number,
        beopjeong_dong=dong,
        haengjeong_dong=table.haengjeong_dong(answer.lat, answer.lon),
        jibun=lot if grade is not Grade.ROAD else "",
        building_name=answer.name,
        unit=unit,
        label=label(place or asked.name, unit, gu).strip(),
        place_key=_key(gu, road, number, dong, lot, unit) if grade is not Grade.ROAD else "",
    )


def _is_served(answer: Answer, table: Gazetteer) -> bool:
    """Inside the boundaries; where we have none, in a district that the office's own table is of."""
    if table.haengjeong_dong(answer.lat, answer.lon):
        return answer.gu in ("", *table.gus)
    return answer.gu in table.gus - {GU}


def _cut(answer: Answer) -> Answer:
    return replace(answer, **{part: getattr(answer, part)[:most] for part, most in LONGEST.items()})


def _key(gu: str, road: str, number: str, dong: str, lot: str, unit: str) -> str:
    if gu and road and number:
        return road_key(gu, road, number, unit)
    return lot_key(gu, dong, lot, unit) if gu and dong and lot else ""


def _grade(answer: Answer, asked: Question) -> Grade | None:
    """None for another house: what lies next to it is no answer."""
    if asked.name:
        named = same_name(answer.name, asked.name) and (answer.number or answer.lot)
        return Grade.BUILDING if named else None
    if asked.lot:
        same = answer.lot == asked.lot and _legal(answer.dong) == _legal(asked.dong)
        return Grade.LOT if same else None
    if _tight(answer.road_name) != _tight(asked.road_name):
        return None
    if not answer.number:
        return Grade.ROAD
    return Grade.BUILDING if _tight(answer.number) == _tight(asked.number) else None


def _legal(dong: str) -> str:
    """사당1동 and 사당제1동 as 사당동."""
    return "".join(sign for sign in dong.replace("제", "") if not sign.isdigit())


def _tight(text: str) -> str:
    return text.replace(" ", "")


def _is_near(answer: Answer, other: Answer) -> bool:
    return metres(answer.lat, answer.lon, other.lat, other.lon) < SAME_PLACE_M
