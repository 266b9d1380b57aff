"""Two who go together: each takes back their own press, and none the other's."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Member, Message, MessageKind, MessageState, Visit, VisitState
from tests import factories
from tests.conftest import Client, Clock

Db = scoped_session[Session]


@pytest.fixture
def team(session: Db) -> list[Member]:
    return [factories.make_member("박수리"), factories.make_member("이도움")]


@pytest.fixture
def visit(team: list[Member], clock: Clock) -> Visit:
    return factories.make_visit(start=clock() + timedelta(hours=1), members=team)


@pytest.fixture
def paths(visit: Visit, team: list[Member]) -> list[str]:
    return [f"{factories.make_link(visit, member)[1]}/{visit.id}" for member in team]


def press(client: Client, path: str, step: str, clock: Clock) -> None:
    client.post(f"{path}/{step}")
    clock.advance(minutes=1)


def undo(client: Client, path: str, step: str, session: Db) -> str:
    page = client.post(f"{path}/undo", data={"step": step}, follow_redirects=True).text
    session.expire_all()
    return page


@pytest.mark.parametrize("first", [0, 1])
def test_one_who_turns_back_leaves_the_other_on_the_way(
    client: Client, paths: list[str], visit: Visit, clock: Clock, session: Db, first: int
) -> None:
    for path in paths:
        press(client, path, "travel", clock)
    page = undo(client, paths[first], "travel", session)
    assert "되돌리지 못했습니다" not in page
    assert visit.state is VisitState.ON_THE_WAY
    told = select(Message.state).where(Message.kind == MessageKind.RESIDENT_ON_THE_WAY)
    assert session.scalars(told).one() is not MessageState.CANCELED, "somebody is coming"
    assert "출발 되돌리기" not in client.get(paths[first]).text, "it is taken back"
    undo(client, paths[1 - first], "travel", session)
    assert visit.state is VisitState.ASSIGNED
    assert session.scalars(told).one() is MessageState.CANCELED


def test_each_reads_what_the_other_has_pressed_alone(
    client: Client, paths: list[str], clock: Clock, session: Db
) -> None:
    own, others = paths
    press(client, own, "travel", clock)
    assert 'id="partner"' not in client.get(own).text
    assert "박수리 님이 출발했습니다" in client.get(others).text
    press(client, others, "travel", clock)
    assert "박수리 님이 출발했습니다" not in client.get(others).text
    undo(client, own, "travel", session)
    assert "이도움 님이 출발했습니다" in client.get(own).text
    press(client, others, "arrive", clock)
    assert "이도움 님이 먼저 도착했습니다" in client.get(own).text
    press(client, others, "end", clock)
    assert "이도움 님이 마쳤다고 눌렀습니다" in client.get(own).text


@pytest.mark.parametrize(
    ("step", "title"),
    [("travel", "가시는 길입니다"), ("arrive", "일하시는 중입니다"), ("end", "일을 마치셨습니다")],
)
def test_no_page_says_of_one_where_only_the_other_is(
    client: Client, paths: list[str], clock: Clock, step: str, title: str
) -> None:
    own, others = paths
    for each in ("travel", "arrive", "end"):
        press(client, own, each, clock)
        if each == step:
            break
    assert f'<h1 class="ph-title">{title}</h1>' in client.get(own).text
    together = title if step == "end" else "함께 가시는 일입니다"
    page = client.get(others).text
    assert f"<title>{together} " in page
    assert f'<h1 class="ph-title">{together}</h1>' in page
    press(client, others, step, clock)
    assert f'<h1 class="ph-title">{title}</h1>' in client.get(others).text


def test_nobody_takes_back_what_the_other_pressed(
    client: Client, paths: list[str], visit: Visit, clock: Clock, session: Db
) -> None:
    press(client, paths[0], "travel", clock)
    assert "출발 되돌리기" in client.get(paths[0]).text
    assert "출발 되돌리기" not in client.get(paths[1]).text
    assert "되돌리지 못했습니다" in undo(client, paths[1], "travel", session)
    assert visit.state is VisitState.ON_THE_WAY


@pytest.mark.parametrize("step", ["arrive", "end"])
def test_the_time_is_then_that_of_the_other(
    client: Client, paths: list[str], visit: Visit, clock: Clock, session: Db, step: str
) -> None:
    press(client, paths[0], "travel", clock)
    if step == "end":
        press(client, paths[0], "arrive", clock)
    press(client, paths[0], step, clock)
    second = clock()
    press(client, paths[1], step, clock)
    undo(client, paths[0], step, session)
    assert visit.state is VisitState.ARRIVED
    assert (visit.arrived_at if step == "arrive" else visit.ended_at) == second
    undo(client, paths[1], step, session)
    assert (visit.arrived_at if step == "arrive" else visit.ended_at) is None


def test_five_minutes_count_from_ones_own_press(
    client: Client, paths: list[str], visit: Visit, clock: Clock, session: Db
) -> None:
    press(client, paths[0], "travel", clock)
    clock.advance(minutes=4)
    press(client, paths[1], "travel", clock)
    clock.advance(minutes=3)
    assert "되돌리지 못했습니다" in undo(client, paths[0], "travel", session)
    assert "되돌리지 못했습니다" not in undo(client, paths[1], "travel", session)
    assert visit.state is VisitState.ON_THE_WAY


def test_whoever_turned_back_is_not_on_the_way_any_more(
    client: Client, paths: list[str], visit: Visit, clock: Clock, session: Db
) -> None:
    press(client, paths[0], "travel", clock)
    undo(client, paths[0], "travel", session)
    press(client, paths[1], "travel", clock)
    undo(client, paths[1], "travel", session)
    assert visit.state is VisitState.ASSIGNED


ARRIVE, END, CHECK = "도착했습니다</span></button>", "마쳤습니다</span></button>", "안전 확인하기"
CANNOT = "일을 못 하게 되었습니다"


def below_a_ladder(visit: Visit) -> None:
    visit.items[0].request_item.answers = {"ceiling_cm": 300}


def offered(page: str) -> list[str]:
    """Of what a member may do: what its page shows."""
    return [each for each in (ARRIVE, CHECK, END, CANNOT) if each in page]


def test_who_comes_second_says_so_before_anything_of_the_work_is_asked_of_them(
    client: Client, paths: list[str], visit: Visit, clock: Clock
) -> None:
    """They are not in the room yet, and would end the visit of the one who is."""
    below_a_ladder(visit)
    press(client, paths[0], "arrive", clock)
    assert offered(client.get(paths[0]).text) == [CHECK, END, CANNOT]
    page = client.get(paths[1]).text
    assert offered(page) == [ARRIVE, CANNOT]
    assert "data-live=" in page, "it hears when the other has turned back or is done"
    assert 'id="hold"' not in page
    assert client.get(f"{paths[1]}/safety").location == f"{paths[1]}/forgotten"
    client.post(f"{paths[1]}/forgotten", data={"step": "travel", "clock": "unknown"})
    assert client.get(f"{paths[1]}/safety").location == paths[1], "the page of the job, and no circle"
    assert client.post(f"{paths[1]}/arrive").location == f"{paths[1]}/safety"
    assert offered(client.get(paths[1]).text) == [CHECK, END, CANNOT]


def test_only_who_still_goes_there_is_asked_to_call_when_late(
    client: Client, paths: list[str], visit: Visit, clock: Clock
) -> None:
    def calls(page: str) -> tuple[bool, bool]:
        return "늦으시면 바로 전화해" in page, "모르는 것이 있으면 사무실로 전화해" in page

    for step in ("travel", "arrive"):
        assert calls(client.get(paths[0]).text) == (True, False)
        press(client, paths[0], step, clock)
    assert calls(client.get(paths[0]).text) == (False, True), "they are there"
    assert calls(client.get(paths[1]).text) == (True, False), "the other is not"
    pages = client.get(f"{paths[1]}/kit").get_json()["pages"]
    assert calls(pages[f"{paths[1]}?as=arrived"]) == (False, True)
    clock.advance(days=1)
    assert calls(client.get(paths[1]).text) == (False, True), "it is past"


def test_where_the_first_takes_back_that_they_are_there_each_goes_on_from_where_they_are(
    client: Client, paths: list[str], visit: Visit, clock: Clock, session: Db
) -> None:
    below_a_ladder(visit)
    press(client, paths[0], "travel", clock)
    press(client, paths[0], "arrive", clock)
    assert offered(client.get(paths[1]).text) == [ARRIVE, CANNOT]
    undo(client, paths[0], "arrive", session)
    for path in paths:
        assert offered(client.get(path).text) == [ARRIVE, END, CANNOT], "nobody is there"
    for path in paths:
        press(client, path, "arrive", clock)
    undo(client, paths[0], "arrive", session)
    assert offered(client.get(paths[0]).text) == [ARRIVE, CANNOT], "now they are second"
    assert offered(client.get(paths[1]).text) == [CHECK, END, CANNOT]


def test_the_pages_for_no_signal_know_who_is_there_already(
    client: Client, paths: list[str], visit: Visit, clock: Clock
) -> None:
    below_a_ladder(visit)
    press(client, paths[0], "travel", clock)
    press(client, paths[0], "arrive", clock)
    here = paths[1]
    pages = client.get(f"{here}/kit").get_json()["pages"]
    for page in (here, f"{here}?as=on_the_way", f"{here}?as=assigned"):
        assert offered(pages[page]) == [ARRIVE, CANNOT], "also where an arrival was taken back"
        assert "박수리 님이 먼저 도착했습니다" in pages[page]
    assert offered(pages[f"{here}?as=arrived"]) == [CHECK, END, CANNOT]
    assert "박수리 님도 도착했습니다" in pages[f"{here}?as=arrived"]
    assert offered(pages[f"{here}?as=safe"]) == [END, CANNOT]
    first = client.get(f"{paths[0]}/kit").get_json()["pages"]
    assert offered(first[f"{paths[0]}?as=on_the_way"]) == [ARRIVE, END, CANNOT]


def arrivals(session: Db, visit: Visit) -> list[tuple[int, MessageState]]:
    """Who was told that the other is there, and what became of it."""
    news = select(Message).where(Message.visit_id == visit.id, Message.kind == MessageKind.MEMBER_PARTNER)
    rows = session.scalars(news.order_by(Message.id).execution_options(populate_existing=True))
    return [(each.recipient_id, each.state) for each in rows if "도착" in each.body]


@pytest.mark.parametrize("first", [0, 1])
def test_each_of_two_is_told_when_the_other_arrives(
    client: Client, paths: list[str], team: list[Member], visit: Visit, clock: Clock, session: Db, first: int
) -> None:
    second = 1 - first
    press(client, paths[first], "travel", clock)
    press(client, paths[first], "arrive", clock)
    pending = MessageState.PENDING
    assert arrivals(session, visit) == [(team[second].id, pending)]
    page = client.get(paths[second]).text
    assert f"{team[first].name} 님이 먼저 도착했습니다" in page
    assert "도착했습니다</span></button>" in page, "what is next"
    for _again in range(2):
        press(client, paths[second], "arrive", clock)
    assert arrivals(session, visit) == [(team[second].id, pending), (team[first].id, pending)]
    for path, other in ((paths[first], team[second]), (paths[second], team[first])):
        page = client.get(path).text
        assert f"{other.name} 님도 도착했습니다" in page
        assert "도착했습니다</span></button>" not in page


def test_who_takes_back_that_they_are_there_takes_back_no_news_of_the_other(
    client: Client, paths: list[str], team: list[Member], visit: Visit, clock: Clock, session: Db
) -> None:
    for path in paths:
        press(client, path, "arrive", clock)
    undo(client, paths[1], "arrive", session)
    assert visit.state is VisitState.ARRIVED
    assert arrivals(session, visit) == [
        (team[1].id, MessageState.PENDING),
        (team[0].id, MessageState.CANCELED),
    ]
    assert "박수리 님이 먼저 도착했습니다" in client.get(paths[1]).text


def test_that_somebody_arrived_an_hour_ago_is_no_news(
    client: Client, paths: list[str], visit: Visit, clock: Clock, session: Db
) -> None:
    press(client, paths[0], "travel", clock)
    pressed_at = clock().isoformat()
    clock.advance(minutes=61)
    client.post(f"{paths[0]}/arrive", data={"key": "pressed-without-signal", "at": pressed_at})
    session.expire_all()
    assert (visit.state, arrivals(session, visit)) == (VisitState.ARRIVED, [])
