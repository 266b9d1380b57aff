"""What the demo's residents ask for: calls with items, answers and pieces. Values only."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from handyman.catalogue_rows import ITEMS
from handyman.dispatch.eligibility import team_size
from handyman.dispatch.problem import Point

CATALOGUE = {item.code: item for item in ITEMS}
OFTEN = {"lamp": 45, "screen": 20, "antislip": 19, "handrail": 16}
MOST_MINUTES = 150  # of one visit


@dataclass(slots=True)
class Piece:
    """One item of a call."""

    code: str
    quantity: int
    answers: dict[str, Any]
    team_size: int
    done: int = 0

    @property
    def left(self) -> int:
        return self.quantity - self.done


@dataclass(slots=True)
class Call:
    """One call of one resident (by place in the list of residents)."""

    resident: int
    point: Point
    pieces: list[Piece]
    logged_at: datetime | None = None
    visits: list[Any] = field(default_factory=list)

    @property
    def open_pieces(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.left]

    @property
    def minutes(self) -> int:
        return sum(
            CATALOGUE[piece.code].base_minutes + CATALOGUE[piece.code].minutes_per_piece * piece.left
            for piece in self.open_pieces
        )

    @property
    def skills(self) -> frozenset[str]:
        return frozenset(skill for piece in self.open_pieces for skill in CATALOGUE[piece.code].skills)

    @property
    def team_size(self) -> int:
        return max(piece.team_size for piece in self.open_pieces)


def make_call(resident: int, point: Point, chance: Random) -> Call:
    """One to three items, as people ask: mostly a lamp, often something else while you are here."""
    codes = chance.choices(list(OFTEN), weights=list(OFTEN.values()), k=chance.choice((1, 1, 2, 2, 3)))
    call = Call(resident, point, [make_piece(code, chance) for code in dict.fromkeys(codes)])
    while call.minutes > MOST_MINUTES:
        call.pieces.pop()
    return call


def make_piece(code: str, chance: Random) -> Piece:
    answers = ANSWERS[code](chance)
    item = CATALOGUE[code]
    people = team_size(item.team_size, item.two_person_from_cm, answers.get("ceiling_cm"))
    return Piece(code, chance.choice((1, 1, 1, 2, 2, 3)), answers, people)


def _lamp(chance: Random) -> dict[str, Any]:
    high = chance.random() < 0.1
    ceiling = chance.choice((285, 300, 320)) if high else chance.choice((225, 230, 235, 240, 250))
    return {"shape": chance.choice(("tube", "round", "room", "bulb")), "ceiling_cm": ceiling}


def _handrail(chance: Random) -> dict[str, Any]:
    return {
        "wall": chance.choice(("concrete", "tile", "tile", "board")),
        "owner_consent": chance.choice(("own", "agreed")),
    }


def _antislip(chance: Random) -> dict[str, Any]:
    return {"floor": chance.choice(("tile", "tile", "stone", "vinyl")), "area_m2": chance.randint(2, 9)}


def _screen(chance: Random) -> dict[str, Any]:
    return {"width_cm": chance.randrange(60, 160, 5), "height_cm": chance.randrange(70, 180, 5)}


ANSWERS = {"lamp": _lamp, "handrail": _handrail, "antislip": _antislip, "screen": _screen}
