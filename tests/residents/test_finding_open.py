"""Who has something open stands first, however many are meant alike."""

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman.residents.finding import search
from handyman.residents.finding.search import MOST, find
from handyman.residents.finding.statements import AHEAD
from tests.factories import make_address, make_request, make_resident

DB = scoped_session[Session]
ALIKE = (
    "김",
    "ㄱ",
    "r",
    "순자",
    "1",
    "10",
    "상도",
    "상도동",
    "김 상도동",
    "ㄱ 상도",
    "상도 순자",
    "김 1 동작",
)


@pytest.mark.usefixtures("any_database")
def test_who_has_something_open_is_told_alike_of_many_and_of_few(
    session: DB, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3 * AHEAD):
        dong = ("상도동", "상도1동", "김포동")[number % 5 % 3]
        home = make_address(f"동작구 {dong} {number}", jibun=f"{number}", beopjeong_dong=dong)
        name = ("김순자", "김김순", "순자", "상도자", "김")[number % 7 % 5]
        resident = make_resident(name, f"+82101{number:07d}", home)
        for _again in range((0, 1, 0, 2)[number % 4]):
            make_request(resident)
    session.commit()
    asked = [(typed, most) for typed in ALIKE for most in (MOST, 41)]
    told = [find(*each) for each in asked]
    monkeypatch.setattr(search, "FAR", 10)
    assert [find(*each) for each in asked] == told
    monkeypatch.setattr(search, "NEAR", 1)
    assert [find(*each) for each in asked] == told, (
        "gathered, where the first of many have not the other word"
    )
