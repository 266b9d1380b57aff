"""A place that is kept for a caller is seen on the board, and named where it is in the way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import now
from handyman.models import HeldPlace, Member, Role, Visit
from tests.board.mending.makers import lift, make_member, promised, put, refuses, tomorrow
from tests.board.plans.makers import NEAR, at
from tests.conftest import Clock

DB = scoped_session[Session]
KEPT = "전화 중인 분께 오전 10시 5분까지 잡아 둔 시간"


@pytest.fixture(autouse=True)
def coordinator(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def asked(session: DB) -> Member:
    """A member whose morning an operator keeps for a caller."""
    member, start = make_member("정다섯"), at(tomorrow(), "10:15")
    window = {"window_start": start, "window_end": start + timedelta(hours=2)}
    until = now() + timedelta(minutes=5)
    place = {"day": tomorrow(), "start": start, "service_minutes": 45, "lat": NEAR[0], "lon": NEAR[1]}
    session.add(HeldPlace(key="a" * 32, member_id=member.id, expires_at=until, **place, **window))
    session.commit()
    return member


@pytest.fixture
def visit() -> Visit:
    return promised("10:00", [make_member("박수리")])


def test_the_board_says_that_it_is_kept_and_until_when(
    client: FlaskClient, asked: Member, visit: Visit
) -> None:
    found = lift(client, visit)
    row = found["rows"][str(asked.id)]
    assert row["whyNot"][found["starts"].index(615)] == f"{KEPT}입니다"
    answer = put(client, visit, asked.id, 615, seen=found["seen"], override_reason="knows_home")
    assert refuses(answer)
    assert answer.json["said"] == f"{KEPT}입니다."


def test_it_stands_in_the_members_row_and_leaves_it_by_itself(
    client: FlaskClient, asked: Member, visit: Visit, clock: Clock
) -> None:
    live, board = f"/live?day={visit.day}", f"/board?day={visit.day}"
    seen, page = client.get(live).text, client.get(board).text
    assert f'data-live-seen="{seen}"' in page
    assert 'class="board-job is-held' in page
    assert page.count(KEPT) == 2, "in the row, and in the table beside it"
    assert "오전 10시 15분~11시" in page
    clock.advance(minutes=5)
    assert client.get(live).text != seen
    assert KEPT not in client.get(board).text
