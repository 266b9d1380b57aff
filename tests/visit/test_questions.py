"""What was passed over is asked for later: where a report begins, before it is sent, and once it is in."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman.board import report_lines
from handyman.models import Member, Part, SafetyCheck, Visit, VisitState
from handyman.visit.reporting import parts
from tests import factories
from tests.conftest import Client, Clock
from tests.visit.makers import report

Db = scoped_session[Session]
WHEN_THERE, WHEN_GONE, EQUIPPED = (
    "언제 도착하셨습니까?",
    "언제 출발하셨습니까?",
    "일하실 때 갖추셨습니까?",
)
DONE = {"outcome": "done", "minutes": "40"}
NOT_DONE = {"outcome": "nobody_home", "minutes": "10", "waited": "10", "calls": "1"}


@pytest.fixture
def member(session: Db) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def visit(member: Member, clock: Clock) -> Visit:
    """For two, under a high ceiling; planned for eleven, an hour from now."""
    team = [member, factories.make_member("이두리")]
    visit = factories.make_visit(start=clock() + timedelta(hours=1), members=team)
    visit.items[0].request_item.service_item.two_person_from_cm = 270
    visit.items[0].request_item.answers = {"ceiling_cm": 380}
    return visit


@pytest.fixture
def path(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def queued(client: Client, path: str, key: str, **form: Any) -> Any:
    """As a telephone sends what has waited on it."""
    return client.post(path, data={"key": key, **form}, headers={"X-From-Queue": key})


def asked(client: Client, path: str) -> list[str]:
    page = client.get(path, follow_redirects=True).text
    return [each for each in (WHEN_THERE, WHEN_GONE, EQUIPPED) if each in page]


def answer_all(client: Client, path: str) -> str:
    """Gives where the last answer leads."""
    client.post(f"{path}/forgotten", data={"step": "arrive", "clock": "11:00"})
    client.post(f"{path}/forgotten", data={"step": "travel", "clock": "10:30"})
    return str(client.post(f"{path}/safety", data={"there": ["helmet"]}).location)


def test_a_report_that_begins_asks_first_for_what_was_passed_over(
    client: Client, path: str, visit: Visit, clock: Clock, session: Db
) -> None:
    clock.advance(hours=2)
    queued(client, f"{path}/end", "the-only-press")
    assert client.get(f"{path}/report").location == f"{path}/forgotten"
    assert asked(client, f"{path}/report") == [WHEN_THERE]
    assert answer_all(client, path) == f"{path}/report"
    assert "어떻게 되었습니까?" in client.get(f"{path}/report").text
    assert visit.arrived_at == visit.start
    assert visit.on_the_way_at == visit.start - timedelta(minutes=30)
    check = session.get_one(SafetyCheck, visit.id)
    assert (check.late, check.complete, check.there) == (True, False, ["helmet"])


def test_a_report_that_was_half_written_without_signal_is_asked_before_it_is_sent(
    client: Client, path: str, clock: Clock
) -> None:
    clock.advance(hours=2)
    queued(client, f"{path}/end", "the-only-press")
    for step in ("work", "photos/done", "materials", "signature"):
        last = queued(client, f"{path}/report/{step}", f"press-{step[:4]}", none="hand", **DONE)
    assert last.get_json()["next"] == f"{path}/report"
    assert asked(client, f"{path}/report") == [WHEN_THERE]
    assert answer_all(client, path) == f"{path}/report"
    assert "다 쓰셨습니다. 보내 주십시오" in client.get(f"{path}/report").text


def test_a_report_that_was_sent_by_itself_counts_and_its_end_asks(
    client: Client, path: str, visit: Visit, clock: Clock, session: Db
) -> None:
    clock.advance(hours=2)
    queued(client, f"{path}/end", "the-only-press")
    assert report(client, path, DONE).status_code == 303
    assert visit.state is VisitState.FINISHED
    page = client.get(path).text
    assert "보고가 사무실에 들어왔습니다" in page
    assert "빠뜨리신 것을" in page
    for question in (WHEN_THERE, WHEN_GONE, EQUIPPED):
        assert asked(client, path) == [question]
        where = "safety" if question is EQUIPPED else "forgotten"
        assert asked(client, f"{path}/{where}") == [question]
        step = "arrive" if question is WHEN_THERE else "travel"
        said = {"step": step, "clock": "unknown", "there": ["helmet", "second", "harness"]}
        client.post(f"{path}/{where}", data=said)
    assert asked(client, path) == []
    assert "빠뜨리신 것을" not in client.get(path).text
    assert (visit.state, visit.arrived_at) == (VisitState.FINISHED, None)
    check = session.get_one(SafetyCheck, visit.id)
    assert (check.late, check.complete) == (True, True)


def test_who_says_that_it_is_done_without_having_pressed_anything_is_asked_of_the_ladder(
    client: Client, path: str, visit: Visit, session: Db
) -> None:
    assert client.post(f"{path}/report/work", data=DONE).location == f"{path}/report/photos"
    assert asked(client, f"{path}/report") == [EQUIPPED]
    assert client.post(f"{path}/safety").location == f"{path}/report", "as it was, and not refused"
    check = session.get_one(SafetyCheck, visit.id)
    assert (check.late, check.there) == (True, [])
    assert "보고를 이어서" in client.get(f"{path}/report").text


@pytest.mark.parametrize("pressed", [[], ["arrive"], ["travel", "arrive", "end"]])
def test_where_nothing_was_done_nobody_is_asked_of_the_ladder(
    client: Client, path: str, visit: Visit, pressed: list[str]
) -> None:
    for step in pressed:
        client.post(f"{path}/{step}")
    report(client, path, NOT_DONE)
    assert visit.state is VisitState.FAILED
    assert asked(client, path) == ([WHEN_GONE] if pressed == ["arrive"] else [])
    assert "안전 확인" not in dict(report_lines.lines(visit))


def test_who_has_no_gear_and_gets_it_after_all_may_still_tick(client: Client, path: str, session: Db) -> None:
    client.post(f"{path}/travel")
    client.post(f"{path}/arrive")
    client.post(f"{path}/report/work", data={"outcome": "unsafe", "why": "no_gear", "minutes": "5"})
    assert parts.outcome_of(parts.load(int(path.rpartition("/")[2]))) == "unsafe"
    assert "올라가기 전에" in client.get(f"{path}/safety").text
    assert client.post(f"{path}/safety", data={"there": ["helmet"]}).status_code == 422
    gear = ["helmet", "second", "harness"]
    assert client.post(f"{path}/safety", data={"there": gear}).status_code == 303
    assert session.get_one(SafetyCheck, int(path.rpartition("/")[2])).late is False


@pytest.mark.parametrize(
    ("high", "said", "told"), [(True, DONE, "없음"), (True, NOT_DONE, None), (False, DONE, None)]
)
def test_the_office_reads_that_nobody_has_checked(
    client: Client, path: str, visit: Visit, high: bool, said: dict[str, str], told: str | None
) -> None:
    if not high:
        visit.team_size, visit.items[0].request_item.answers = 1, {"ceiling_cm": 230}
    client.post(f"{path}/end")
    report(client, path, said)
    assert dict(report_lines.lines(visit)).get("안전 확인") == told


def at(visit: Visit, hour: int, minute: int = 0) -> datetime:
    """Of its day; it is planned for eleven."""
    return visit.start + timedelta(hours=hour - 11, minutes=minute)


@pytest.mark.parametrize(
    ("clock_said", "hour"), [("11:10", (11, 10)), ("23:00", (12, 0)), ("00:05", (10, 5)), ("", None)]
)
def test_a_time_that_was_said_without_signal_is_taken_as_nearly_as_it_can_have_been(
    client: Client, path: str, visit: Visit, clock: Clock, clock_said: str, hour: tuple[int, int] | None
) -> None:
    """The telephone did not know of the other press, and nothing is refused for it."""
    clock.advance(minutes=5)
    client.post(f"{path}/travel")
    clock.set(at(visit, 12))
    client.post(f"{path}/end")
    said = queued(client, f"{path}/forgotten", "the-answer", step="arrive", clock=clock_said, rough="1")
    assert said.get_json()["kept"] == "the-answer"
    assert visit.arrived_at == (at(visit, *hour) if hour else None)
    assert asked(client, f"{path}/forgotten") != [WHEN_THERE]


def test_an_answer_that_is_known_by_now_is_not_said_to_be_lost(
    client: Client, path: str, visit: Visit, clock: Clock
) -> None:
    clock.advance(hours=1)
    client.post(f"{path}/arrive")
    arrived = clock()
    clock.advance(hours=1)
    client.post(f"{path}/end")
    for key, step in (("first-answer", "travel"), ("other-answer", "arrive"), ("third-answer", "travel")):
        said = queued(client, f"{path}/forgotten", key, step=step, clock="10:30", rough="1")
        assert said.get_json()["kept"] == key
    assert (visit.on_the_way_at, visit.arrived_at) == (at(visit, 10, 30), arrived)


def test_an_answer_before_the_press_that_it_is_about_is_not_taken_for_one(
    client: Client, path: str, visit: Visit, clock: Clock
) -> None:
    """As where that press was taken back on another telephone: it is asked anew."""
    clock.advance(hours=1)
    said = queued(client, f"{path}/forgotten", "the-answer", step="arrive", clock="10:30", rough="1")
    assert said.status_code == 409
    client.post(f"{path}/end")
    assert asked(client, f"{path}/report") == [WHEN_THERE]


def test_a_telephone_without_signal_has_the_questions_with_it(
    client: Client, path: str, visit: Visit, clock: Clock
) -> None:
    asks = [f"{path}/forgotten?as=arrive", f"{path}/forgotten?as=travel", f"{path}/safety?as=ended"]

    def kept() -> dict[str, str]:
        return dict(client.get(f"{path}/kit").get_json()["pages"])

    pages = kept()
    ended = pages[f"{path}?as=ended"]
    assert [ask for ask in asks if f'href="{ask}"' in ended] == asks
    for ask, question in zip(asks, (WHEN_THERE, WHEN_GONE, EQUIPPED), strict=True):
        assert question in pages[ask]
        assert f'data-later="{path}?as=ended"' in pages[ask]
    assert "확인해 주십시오" in pages[f"{path}/safety"], "the one before the work is kept as well"
    client.post(f"{path}/travel")
    assert [ask for ask in asks if ask in kept()] == [asks[0], asks[2]]
    clock.advance(hours=1)
    client.post(f"{path}/arrive")
    client.post(f"{path}/safety", data={"there": ["helmet", "second", "harness"]})
    pages = kept()
    assert [ask for ask in asks if ask in pages] == []
    assert "data-ask" not in pages[f"{path}?as=ended"]


def test_a_step_is_ticked_when_it_was_pressed_or_asked_about(client: Client, path: str, clock: Clock) -> None:
    def ticked() -> list[str]:
        page = client.get(path).text
        return re.findall(r'<li class="ph-step is-done"><svg.*?</svg><span>(\w+)', page)

    clock.advance(hours=2)
    client.post(f"{path}/end")
    assert ticked() == ["마침"]
    client.post(f"{path}/forgotten", data={"step": "arrive", "clock": "unknown"})
    assert ticked() == ["도착", "마침"]
    client.post(f"{path}/forgotten", data={"step": "travel", "clock": "10:30"})
    assert ticked() == ["출발", "도착", "마침"]


def test_what_was_said_of_the_work_stays_with_the_report(client: Client, path: str, visit: Visit) -> None:
    """Answers given after the report change nothing of it."""
    client.post(f"{path}/end")
    report(client, path, DONE)
    before = visit.report and (visit.report.minutes, visit.report.submitted_at, visit.finished_at)
    answer_all(client, path)
    assert visit.report
    assert (visit.report.minutes, visit.report.submitted_at, visit.finished_at) == before
    assert set(parts.load(visit.id)) == set(Part)
