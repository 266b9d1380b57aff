"""Day plans are polished where the office wants it and PyVRP is there; else they are searched as always."""

from dataclasses import replace

import pytest
from flask import Flask

from handyman.dispatch import polish
from handyman.models import PlanState
from tests.board.plans.makers import FAR, NEAR, plan_for_ill, plan_tomorrow, promised, tomorrow
from tests.factories import make_member

pytestmark = pytest.mark.settings(PLAN_DAY_SECONDS="1", PLAN_WEEK_SECONDS="0", LOG_LEVEL="INFO")
SAID = "a plan was not polished: "


@pytest.fixture
def wanted(app: Flask) -> None:
    """As the settings read on a machine that has PyVRP; this one may have none."""
    app.extensions["settings"] = replace(app.extensions["settings"], plan_polish=True)


@pytest.mark.usefixtures("session", "wanted")
def test_without_pyvrp_a_day_is_planned_all_the_same_and_the_log_says_why(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(polish, "installed", lambda: False)
    promised("10:00", [make_member("박수리")], point=NEAR)
    assert plan_tomorrow().state is PlanState.READY
    assert SAID + polish.Obstacle.MISSING in caplog.messages


@pytest.mark.usefixtures("session", "wanted")
def test_the_smallest_change_is_not_polished(caplog: pytest.LogCaptureFixture) -> None:
    ill = make_member("박수리")
    make_member("이사랑")
    promised("10:00", [ill], point=NEAR)
    assert plan_for_ill(ill, tomorrow()).state is PlanState.READY
    assert not any(message.startswith(SAID) for message in caplog.messages)


@pytest.mark.usefixtures("session", "wanted")
@pytest.mark.skipif(not polish.installed(), reason="PyVRP is not installed (requirements-polish.txt)")
def test_with_pyvrp_a_day_is_polished(caplog: pytest.LogCaptureFixture) -> None:
    member = make_member("박수리")
    promised("10:00", [member], point=NEAR)
    promised("13:00", [member], point=FAR)
    assert plan_tomorrow().state is PlanState.READY
    assert not any(message.startswith(SAID) for message in caplog.messages)


@pytest.mark.usefixtures("session")
def test_nothing_is_polished_unless_the_office_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polish, "polish", lambda *_one, **_more: pytest.fail("polished"))
    promised("10:00", [make_member("박수리")], point=NEAR)
    assert plan_tomorrow().state is PlanState.READY
