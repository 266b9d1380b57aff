"""The sentence that is read back to the caller. Always Korean, whatever language the screen has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
WEEKDAYS = "월화수목금토일"
DIGITS = "영일이삼사오육칠팔구"
ENDS_IN_RIEUL = frozenset("178")  # 일, 칠, 팔
ENDS_IN_CONSONANT = frozenset("036")  # 영, 삼, 육


@dataclass(frozen=True, slots=True)
class Piece:
    """전등 2개: the short name, how many, and what they are counted in."""

    name: str
    quantity: int
    unit: str


def promise(
    name: str, place: str, start: datetime, end: datetime, team_size: int, pieces: Sequence[Piece]
) -> str:
    """Who, when, where, how many come and for what."""
    people = "두 분이" if team_size > 1 else "한 분이"
    towards = f"{spoken_place(place)}{direction(place)}"
    return (
        f"{name} 어르신, {spoken_day(start)} {spoken_window(start, end)} 사이에 {towards} {people} "
        f"찾아가 {spoken_pieces(pieces)} 작업을 해 드립니다."
    )


def number_said(number: str) -> str:
    """The visit number, digit by digit as well."""
    digits = " ".join(DIGITS[int(digit)] for digit in number)
    return f"방문 번호는 {number}({digits})입니다. 찾아온 사람이 이 번호를 먼저 말씀드립니다."


def apart(pieces: Sequence[Piece]) -> str:
    """What is said of the rest, for which somebody comes another time."""
    return f"{spoken_pieces(pieces)} 작업은 따로 찾아뵙고, 그 시간은 다시 전화로 알려 드립니다."


def waiting(name: str, pieces: Sequence[Piece]) -> str:
    """What is said when no window was promised."""
    return f"{name} 어르신, {spoken_pieces(pieces)} 신청을 받았습니다. 방문 시간은 다시 전화로 알려 드립니다."


def spoken_day(at: datetime) -> str:
    day = at.astimezone(SEOUL)
    return f"{day.month}월 {day.day}일 {WEEKDAYS[day.weekday()]}요일"


def spoken_window(start: datetime, end: datetime) -> str:
    """오전 10시에서 12시; the half of the day is said again only when it changes at noon and after."""
    first, last = _hour(start), _hour(end)
    same = first[0] == last[0] or (end.astimezone(SEOUL).hour, end.minute) == (12, 0)
    return f"{first[0]} {first[1]}에서 " + (last[1] if same else f"{last[0]} {last[1]}")


def _hour(at: datetime) -> tuple[str, str]:
    local = at.astimezone(SEOUL)
    minutes = f" {local.minute}분" if local.minute else ""
    return ("오전" if local.hour < 12 else "오후"), f"{(local.hour - 1) % 12 + 1}시{minutes}"


def spoken_place(place: str) -> str:
    """사당로23길 as it is said: 사당로 23길. The city is left out, the caller knows it."""
    short = place.removeprefix("서울특별시").strip().removeprefix("동작구").strip()
    return re.sub(r"(로|길)(\d+[가-힣]?길)", r"\1 \2", short)


def spoken_pieces(pieces: Sequence[Piece]) -> str:
    """Two lamps, and one that was added to them later, are three lamps."""
    counts: dict[tuple[str, str], int] = {}
    for piece in pieces:
        kind = piece.name, piece.unit
        counts[kind] = counts.get(kind, 0) + piece.quantity
    return ", ".join(f"{name} {quantity}{unit}" for (name, unit), quantity in counts.items())


def direction(word: str) -> str:
    """로 or 으로, by the sound of the last letter."""
    last = word.rstrip(" )")[-1:]
    if last in ENDS_IN_RIEUL:
        return "로"
    if last in ENDS_IN_CONSONANT:
        return "으로"
    final = (ord(last) - 0xAC00) % 28 if last and "가" <= last <= "힣" else 0
    return "로" if final in (0, 8) else "으로"
