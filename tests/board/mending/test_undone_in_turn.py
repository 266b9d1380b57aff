"""Two visits are moved by hand on one day, and the earlier move is undone first: no way back is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Member, Role, Visit
from tests.board.mending.makers import make_member, promised, put, tomorrow
from tests.board.mending.test_move_back import move, page_of, stands, undo
from tests.board.plans.makers import at

DB = scoped_session[Session]
CHANGED, UNDONE = "바꾸었습니다", "되돌렸습니다"


@pytest.fixture(autouse=True)
def coordinator(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def pair(session: DB) -> tuple[Visit, Visit]:
    member = make_member("박수리")
    made = promised("09:00", [member]), promised("10:30", [member])
    session.commit()
    return made


def crowd(client: FlaskClient, pair: tuple[Visit, Visit]) -> None:
    """Both to one o'clock: the second makes the first start later."""
    for each in pair:
        move(client, each, day=tomorrow().isoformat(), window="1300-1500", start="13:00")


def pinned(clock: str, member: Member) -> Visit:
    begin = at(tomorrow(), clock)
    return promised(clock, [member], window=(begin, begin + timedelta(minutes=5)))


def is_sent_to(visit: Visit, page: str) -> bool:
    link = f'<a href="/visits/{visit.id}">{visit.number}</a>'
    return f"먼저 {link} 방문을 되돌려 주십시오" in page


def test_whose_start_a_later_move_has_shifted_is_undone_after_that(
    client: FlaskClient, session: DB, pair: tuple[Visit, Visit]
) -> None:
    before = [stands(session, each) for each in pair]
    crowd(client, pair)
    first, second = pair
    stood = stands(session, first)
    refused = undo(client, first, page_of(client, first))
    assert is_sent_to(second, refused)
    assert CHANGED not in refused
    assert stands(session, first) == stood
    for each in (second, first):
        assert UNDONE in undo(client, each, page_of(client, each))
    assert [stands(session, each) for each in pair] == before


def test_what_made_room_goes_back_too_where_a_third_change_kept_the_later_move_from_going_back_in_full(
    client: FlaskClient, session: DB, pair: tuple[Visit, Visit]
) -> None:
    third, other = promised("09:00", [make_member("이사랑")]), make_member("최고침")
    session.commit()
    before = [stands(session, each) for each in pair]
    crowd(client, pair)
    first, second = pair
    crowded = stands(session, first)
    assert put(client, third, other.id, 540, override_reason="knows_home").json["ok"]
    assert UNDONE in undo(client, second, page_of(client, second))
    assert stands(session, first) == crowded, "only the visit that was moved has gone back"
    assert UNDONE in undo(client, first, page_of(client, first))
    assert [stands(session, each) for each in pair] == before


def test_a_start_that_somebody_else_has_given_is_not_taken_for_the_room_that_was_made(
    client: FlaskClient, session: DB, pair: tuple[Visit, Visit]
) -> None:
    crowd(client, pair)
    first, second = pair
    page = page_of(client, first)
    assert put(client, first, first.assignments[0].member_id or 0, 875).json["ok"]
    later = stands(session, first)
    undo(client, second, page_of(client, second))
    assert CHANGED in undo(client, first, page)
    assert stands(session, first) == later


def test_what_somebody_else_has_changed_is_said_to_be_theirs(
    client: FlaskClient, session: DB, pair: tuple[Visit, Visit]
) -> None:
    crowd(client, pair)
    first, second = pair
    page = page_of(client, first)
    other = make_member("이사랑")
    assert put(client, first, other.id, 840, override_reason="knows_home").json["ok"]
    refused = undo(client, first, page)
    assert CHANGED in refused
    assert not is_sent_to(second, refused)


def test_whose_place_a_later_move_has_taken_is_undone_after_that(client: FlaskClient, session: DB) -> None:
    member = make_member("박수리")
    _early, visit, _late = (pinned(clock, member) for clock in ("11:00", "12:00", "13:00"))
    other = promised("16:00", [member])
    session.commit()
    before = stands(session, visit), stands(session, other)
    move(client, visit, day=tomorrow().isoformat(), window="0900-1100", start="09:00")
    move(client, other, day=tomorrow().isoformat(), window="1100-1300", start="12:00")
    refused = undo(client, visit, page_of(client, visit))
    assert is_sent_to(other, refused)
    for each in (other, visit):
        assert UNDONE in undo(client, each, page_of(client, each))
    assert (stands(session, visit), stands(session, other)) == before


def test_an_old_page_does_not_lose_the_way_back_from_the_move_before(
    client: FlaskClient, session: DB
) -> None:
    visit = promised("10:00", [make_member("박수리")])
    session.commit()
    before = stands(session, visit)
    old = move(client, visit, day=tomorrow().isoformat(), window="1300-1500", start="")
    move(client, visit, day=tomorrow().isoformat(), window="1500-1700", start="")
    assert is_sent_to(visit, undo(client, visit, old))
    for _each in range(2):
        undo(client, visit, page_of(client, visit))
    assert stands(session, visit) == before


def test_a_window_with_the_same_beginning_and_another_end_goes_back_to_its_end(
    client: FlaskClient, session: DB
) -> None:
    window = (
        at(tomorrow(), "09:00"),
        at(tomorrow(), "12:00"),
    )  # as it was once promised
    visit = promised("10:00", [make_member("박수리")], window=window)
    session.commit()
    before = stands(session, visit)
    page = move(client, visit, day=tomorrow().isoformat(), window="0900-1100", start="")
    assert stands(session, visit) != before
    assert UNDONE in undo(client, visit, page)
    assert stands(session, visit) == before
