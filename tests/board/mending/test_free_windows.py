"""What is said beside a window that a visit may be moved to, where two people go together."""

from datetime import timedelta

from sqlalchemy.orm import Session, scoped_session

from handyman.board import free_windows
from handyman.extensions import now
from tests.board.mending.makers import make_member, promised, tomorrow
from tests.board.plans.makers import at

OTHERS = "다른 방문 1건의 시작이 약속 안에서 바뀝니다"


def test_what_changes_in_the_day_of_the_second_is_said(session: scoped_session[Session]) -> None:
    lead, second = make_member("박수리"), make_member("이사랑", skills=[])
    visit = promised("09:00", [lead, second])
    promised("13:00", [second])
    begin = at(tomorrow(), "14:00")
    promised("14:00", [lead], window=(begin, begin + timedelta(minutes=5)), service_minutes=120)
    session.commit()
    said = {each.window_start: each.reasons for each in free_windows.load(visit, free_windows.Wish(), now())}
    assert OTHERS in said[at(tomorrow(), "13:00")]
    assert OTHERS not in said[at(tomorrow(), "15:00")]
