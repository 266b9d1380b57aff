"""Records that may be one person's, looked for among everybody."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman.residents.merging import neighbours, pairs
from handyman.residents.merging.pairs import find_pairs
from tests.factories import make_address, make_resident

DB = scoped_session[Session]


@pytest.mark.usefixtures("any_database")
def test_a_pair_is_found_behind_however_many_who_live_together(
    session: DB, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "_LOOKED_AT", 2)
    first = _door(1)
    meant = [(first("조시험"), first("조시헌"))]
    for number in range(2, 6):
        home = _door(number)
        home("김부부")
        home("이사람")
    latin = _door(9)
    meant.insert(0, (latin("Maria Kim"), latin("Maria Kim")))
    session.commit()
    assert [(pair.one, pair.other) for pair in find_pairs()] == meant


def test_in_a_home_of_hundreds_only_who_sound_the_same_are_compared(
    session: DB, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "FEW", 3)
    home = _door(1)
    same = (home("김영희"), home("김영휘"))
    home("조시험")
    home("조시헌")
    session.commit()
    assert [(pair.one, pair.other) for pair in find_pairs()] == [same]


def _door(number: int) -> Callable[[str], int]:
    """Files somebody there."""
    address = make_address(f"상도로 {number}", place_key=f"road:동작구 상도로:{number}|")
    return lambda name: make_resident(name, address=address).id
