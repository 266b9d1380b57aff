"""Reasons in words."""

import pytest

from handyman.board.wording import sentences
from handyman.dispatch.problem import Reason, ReasonCode

pytestmark = pytest.mark.usefixtures("session")
R = ReasonCode


def test_what_is_risky_is_said_first() -> None:
    said = sentences([Reason(R.SOONEST, {"days": 1}), Reason(R.TIGHT, {"slack": 0})])
    assert said == ["시간이 빠듯합니다 (여유 0분)", "가장 빠른 날입니다 (1일 뒤)"]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(R.MONTH_SO_FAR, {"month_minutes": 600}), "그달 계획 10시간"),
        (
            Reason(R.BELOW_WISH, {"month_minutes": 600, "wished_minutes": 1200}),
            "그달 계획 10시간 (희망 20시간)",
        ),
    ],
)
def test_hours_of_a_month_are_planned_as_well_as_worked(reason: Reason, words: str) -> None:
    assert sentences([reason]) == [words]
