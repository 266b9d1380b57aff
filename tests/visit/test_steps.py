"""Setting out and arriving."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow, links
from handyman.models import (
    Actor,
    ActorKind,
    AuditEntry,
    Member,
    Message,
    MessageKind,
    SafetyCheck,
    StateError,
    Visit,
    VisitState,
)
from tests import factories
from tests.conftest import Client, Clock


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def visit(member: Member, clock: Clock) -> Visit:
    return factories.make_visit(start=clock() + timedelta(hours=1), members=[member])


@pytest.fixture
def path(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def told(session: scoped_session[Session], kind: MessageKind) -> int:
    return session.scalar(select(func.count()).where(Message.kind == kind)) or 0


def test_three_buttons_follow_one_another(client: Client, path: str, visit: Visit, clock: Clock) -> None:
    for button, address, state in (
        ("출발했습니다", "travel", VisitState.ON_THE_WAY),
        ("도착했습니다", "arrive", VisitState.ARRIVED),
    ):
        assert button in client.get(path).get_data(as_text=True)
        clock.advance(minutes=10)
        assert client.post(f"{path}/{address}").status_code == 303
        assert visit.state is state
    assert visit.on_the_way_at
    assert visit.arrived_at == visit.on_the_way_at + timedelta(minutes=10)
    assert "마쳤습니다" in client.get(path).get_data(as_text=True)


def test_the_resident_hears_once_that_somebody_is_coming(
    client: Client, path: str, session: scoped_session[Session]
) -> None:
    client.post(f"{path}/travel")
    client.post(f"{path}/travel")
    assert told(session, MessageKind.RESIDENT_ON_THE_WAY) == 1


def test_a_forgotten_step_is_skipped(client: Client, path: str, visit: Visit) -> None:
    client.post(f"{path}/arrive")
    assert visit.state is VisitState.ARRIVED
    assert visit.on_the_way_at is None


def test_a_late_tap_on_an_old_page_does_not_go_back(client: Client, path: str, visit: Visit) -> None:
    client.post(f"{path}/arrive")
    assert client.post(f"{path}/travel").status_code == 303
    assert visit.state is VisitState.ARRIVED


def big_button(page: str) -> str:
    """The words of the one that stays in sight."""
    return page.partition('is-sticky">')[2].partition("</div>")[0]


@pytest.mark.parametrize(("later", "offered"), [({"hours": 9}, True), ({"days": 1}, False)])
def test_whoever_reports_a_visit_that_is_past_is_asked_for_its_end(
    client: Client,
    path: str,
    visit: Visit,
    clock: Clock,
    session: scoped_session[Session],
    later: dict[str, int],
    offered: bool,
) -> None:
    """Who only comes to report tells no resident that somebody is coming; who goes late that day does."""
    clock.advance(**later)
    page = client.get(path).text
    assert "지난 방문입니다" in page
    assert "마쳤습니다" in big_button(page)
    assert ("출발했습니다" in page, "도착했습니다" in page) == (offered, offered)
    assert page.count("/end") == 1
    client.post(f"{path}/travel")
    assert told(session, MessageKind.RESIDENT_ON_THE_WAY) == int(offered)
    page = client.get(path).text
    assert "마쳤습니다" in big_button(page)
    assert ("도착했습니다" in page) is offered
    assert page.count("/end") == 1


UNDER_WAY = (
    "가시는 길입니다",
    "일하시는 중입니다",
    "가실 곳입니다",
    "고맙습니다",
    "알렸습니다",
    "챙겨 갈 것",
)
TO_RING = "도착하시기 전에 꼭 전화해 주십시오"


@pytest.mark.parametrize("later", [{"hours": 9, "seconds": -1}, {"hours": 9}, {"days": 1}])
@pytest.mark.parametrize("steps", [[], ["travel"], ["arrive"], ["travel", "arrive"]])
def test_a_visit_that_is_past_is_not_said_to_be_under_way(
    client: Client, path: str, visit: Visit, clock: Clock, steps: list[str], later: dict[str, int]
) -> None:
    """Its address is shut six hours after the window, which lasts from eleven to one."""
    visit.items[0].request_item.service_item.materials = [factories.make_material("led", name_ko="등기구")]
    start, past = clock(), later != {"hours": 9, "seconds": -1}
    for step in steps:
        client.post(f"{path}/{step}")
    clock.set(start + timedelta(**later))
    page = client.get(path).text
    assert ("지난 방문입니다" in page) is past
    assert (TO_RING in page) is (steps == ["travel"] and not past), "at a number that is shut"
    assert bool([words for words in UNDER_WAY if words in page]) is not past
    assert client.get(f"{path}/report").status_code == 200, "a report is still taken"


def test_who_has_finished_is_still_told_so_when_the_visit_is_past(
    client: Client, path: str, clock: Clock
) -> None:
    client.post(f"{path}/end")
    clock.advance(days=1)
    page = client.get(path).text
    assert "일을 마치셨습니다" in page
    assert "보고하기" in big_button(page)
    assert "챙겨 갈 것" not in page


def test_the_list_of_a_day_that_is_past_brings_nothing_and_asks_for_reports(
    client: Client, member: Member, visit: Visit, clock: Clock
) -> None:
    visit.items[0].request_item.service_item.materials = [factories.make_material("led", name_ko="등기구")]
    day = factories.path_of(links.issue(member.id, clock(), clock() + timedelta(days=3), day=visit.day))
    visit.state = VisitState.ON_THE_WAY
    marks = ("지금 하는 일", "챙겨 갈 것", "보고가 남았습니다")
    assert [words in client.get(day).text for words in marks] == [True, True, False]
    clock.advance(hours=9)
    assert [words in client.get(day).text for words in marks] == [False, False, True]


def test_nobody_sets_out_before_the_day(client: Client, member: Member) -> None:
    tomorrow = factories.make_visit(members=[member])
    path = f"{factories.make_link(tomorrow, member)[1]}/{tomorrow.id}"
    assert "출발했습니다" not in client.get(path).get_data(as_text=True)
    assert client.post(f"{path}/travel").status_code == 303
    assert tomorrow.state is VisitState.ASSIGNED


def test_a_key_that_comes_twice_counts_once(client: Client, path: str, visit: Visit, clock: Clock) -> None:
    """As from a telephone without signal, which sends again until it hears an answer."""
    at = clock()
    form = {"key": "0123456789abcdef", "at": at.isoformat()}
    clock.advance(minutes=50)
    for _ in range(2):
        assert client.post(f"{path}/travel", data=form).status_code == 303
    assert visit.on_the_way_at == at, "it counts from when it was pressed"
    undo = {"key": "fedcba9876543210", "step": "travel", "at": (at + timedelta(minutes=1)).isoformat()}
    for _ in range(2):
        client.post(f"{path}/undo", data=undo)
        client.post(f"{path}/travel", data=form)
    assert (visit.state, visit.on_the_way_at) == (VisitState.ASSIGNED, None)


@pytest.mark.parametrize("minutes", [5, 6])
def test_each_step_can_be_undone_for_five_minutes(
    client: Client, path: str, visit: Visit, clock: Clock, session: scoped_session[Session], minutes: int
) -> None:
    for step, state in (
        ("travel", VisitState.ASSIGNED),
        ("arrive", VisitState.ON_THE_WAY),
        ("end", VisitState.ARRIVED),
    ):
        client.post(f"{path}/{step}")
        after = visit.state
        clock.advance(minutes=minutes)
        assert ("되돌리기" in client.get(path).text) == (minutes == 5)
        page = client.post(f"{path}/undo", data={"step": step}, follow_redirects=True).text
        assert ("되돌리지 못했습니다" in page) == (minutes == 6), "nothing is refused without a word"
        session.refresh(visit)
        assert visit.state is (state if minutes == 5 else after)
        client.post(f"{path}/{step}")
    assert visit.ended_at
    waiting = select(func.count()).where(Message.kind == MessageKind.RESIDENT_ON_THE_WAY)
    assert session.scalar(waiting.where(Message.state != "canceled")) == 1


def test_the_resident_hears_when_and_the_member_sees_it(
    client: Client, path: str, visit: Visit, session: scoped_session[Session]
) -> None:
    client.post(f"{path}/travel")
    text = session.scalars(select(Message.body).where(Message.kind == MessageKind.RESIDENT_ON_THE_WAY)).one()
    assert visit.arriving_at == visit.window_start, "never before the promise"
    assert "11시쯤" in text
    assert "오전 11시쯤 도착하신다고" in client.get(path).text


@pytest.mark.parametrize(
    ("clock_said", "minutes"), [("10:20", 20), ("unknown", None), ("11:30", "refused"), ("x", "refused")]
)
def test_what_was_forgotten_is_asked_for_at_the_end_the_arrival_first(
    client: Client, path: str, visit: Visit, clock: Clock, clock_said: str, minutes: object
) -> None:
    at = clock()
    clock.advance(minutes=60)
    assert client.post(f"{path}/end").location == f"{path}/forgotten"
    page = client.get(f"{path}/forgotten").text
    assert "언제 도착하셨습니까?" in page
    assert f'href="{path}"' in page, "whoever pressed by mistake finds the way back, and undoes it there"
    answer = client.post(f"{path}/forgotten", data={"step": "arrive", "clock": clock_said})
    if minutes == "refused":
        assert (answer.status_code, visit.arrived_at) == (422, None)
        return
    assert answer.location == f"{path}/forgotten"
    assert visit.arrived_at == (at + timedelta(minutes=20) if minutes else None)
    assert "언제 출발하셨습니까?" in client.get(f"{path}/forgotten").text
    answer = client.post(f"{path}/forgotten", data={"step": "travel", "clock": "10:05"})
    assert (answer.location, visit.on_the_way_at) == (f"{path}/report", at + timedelta(minutes=5))
    assert client.get(f"{path}/forgotten").location == f"{path}/report", "it is asked once"


def test_nobody_set_out_after_they_arrived(client: Client, path: str, visit: Visit, clock: Clock) -> None:
    clock.advance(minutes=30)
    client.post(f"{path}/arrive")
    answer = client.post(f"{path}/forgotten", data={"step": "travel", "clock": "23:50"})
    assert (answer.status_code, visit.on_the_way_at) == (422, None)
    assert "도착하신 오전 10시 30분보다 늦지 않은 시각을" in answer.text
    assert 'value="23:50" data-must' in answer.text


@pytest.mark.parametrize(
    ("hours", "told"), [(1, "마치신 오전 11시보다 늦지 않은 시각을"), (24, "그날 지나간 시각을")]
)
def test_where_nothing_else_was_pressed_the_end_is_the_limit(
    client: Client, path: str, clock: Clock, hours: int, told: str
) -> None:
    """On a later day each time of the visit's day is before it: what is wrong is no time at all."""
    clock.advance(hours=hours)
    client.post(f"{path}/end")
    said = "11:10" if hours == 1 else ""
    answer = client.post(f"{path}/forgotten", data={"step": "arrive", "clock": said})
    assert answer.status_code == 422
    assert told in answer.text.partition('id="clock-about">')[2].partition("</p>")[0]


@pytest.mark.parametrize(
    ("minutes", "offered"), [(45, ["10:15"]), (25, ["10:20", "10:15", "10:10", "10:05"]), (2, [])]
)
def test_who_is_done_soon_after_they_set_out_has_times_to_choose_from(
    client: Client, path: str, clock: Clock, minutes: int, offered: list[str]
) -> None:
    """Before the time that it was planned for."""
    clock.advance(minutes=1)
    client.post(f"{path}/travel")
    clock.advance(minutes=minutes - 1)
    client.post(f"{path}/end")
    page = client.get(f"{path}/forgotten").text
    found = re.findall(r'name="clock" value="(\d\d:\d\d)"', page)
    assert set(offered) <= set(found)
    assert found == sorted(found, reverse=True)
    assert ("대강 골라 주십시오" in page) is bool(offered)
    assert ('<details class="ph-more" open>' in page) is not bool(offered)


def test_whoever_reports_on_another_day_is_offered_times_of_the_visits_own(
    client: Client, path: str, visit: Visit, clock: Clock
) -> None:
    """Not those of this morning, which would be stored as yesterday's."""
    clock.advance(hours=22)
    client.post(f"{path}/end")
    offered = re.compile(r'name="clock" value="(\d\d:\d\d)"')
    arrived = offered.findall(client.get(f"{path}/forgotten").text)
    assert arrived == ["11:30", "11:00", "10:30", "10:00"], "it was planned for eleven"
    client.post(f"{path}/forgotten", data={"step": "arrive", "clock": "unknown"})
    assert offered.findall(client.get(f"{path}/forgotten").text)[0] == "10:50"
    client.post(f"{path}/forgotten", data={"step": "travel", "clock": "10:50"})
    assert visit.on_the_way_at == visit.start - timedelta(minutes=10)


@pytest.mark.parametrize(
    ("clock_said", "minutes"), [("00:05", None), ("10:07", None), ("10:08", 8), ("10:20", 20)]
)
def test_nobody_arrived_before_they_set_out(
    client: Client, path: str, visit: Visit, clock: Clock, clock_said: str, minutes: int | None
) -> None:
    """Eight minutes and a half after ten somebody set out; people say times in whole minutes."""
    at = clock()
    set_out = clock.advance(minutes=8, seconds=30)
    client.post(f"{path}/travel")
    clock.advance(minutes=60)
    client.post(f"{path}/end")
    answer = client.post(f"{path}/forgotten", data={"step": "arrive", "clock": clock_said})
    if minutes is None:
        assert (answer.status_code, visit.arrived_at) == (422, None)
        assert "출발하신 오전 10시 8분부터" in answer.text
        assert f'value="{clock_said}" data-must' in answer.text, "what was typed stands there again"
        return
    assert visit.arrived_at == max(set_out, at + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("ceiling", "team", "gear"),
    [
        (230, 1, []),
        (280, 1, ["helmet", "second"]),
        (360, 2, ["helmet", "second", "harness"]),
        (230, 2, ["second"]),
    ],
)
def test_the_ladder_asks_for_more_the_higher_it_is(
    client: Client,
    member: Member,
    clock: Clock,
    session: scoped_session[Session],
    ceiling: int,
    team: int,
    gear: list[str],
) -> None:
    request = factories.make_request(items=[factories.make_item(two_person_from_cm=280)])
    request.items[0].answers = {"ceiling_cm": ceiling}
    members = [member, factories.make_member("이도움")][:team]
    visit = factories.make_visit(request, start=clock(), members=members)
    path = f"{factories.make_link(visit, member)[1]}/{visit.id}"
    client.post(f"{path}/travel")
    answer = client.post(f"{path}/arrive")
    assert answer.location == (f"{path}/safety" if gear else path)
    if not gear:
        return
    page = client.get(f"{path}/safety").text
    assert [each for each in ("helmet", "second", "harness") if f'value="{each}"' in page] == gear
    assert f'href="{path}"' in page, "to the number of the visit, and to undo an arrival by mistake"
    climbs = "helmet" in gear
    assert ("사다리" in page, "올라가기 전에" in page, "시작하기 전에" in page) == (
        climbs,
        climbs,
        not climbs,
    )
    assert ("아직 올라가지 마십시오" in client.get(path).text) is climbs
    assert client.post(f"{path}/safety", data={"there": gear[1:]}).status_code == 422
    assert client.post(f"{path}/safety", data={"there": gear}).location == path
    check = session.get_one(SafetyCheck, visit.id)
    assert (check.there, check.complete, check.late) == (gear, True, False)


def test_only_the_team_moves_a_visit(visit: Visit, clock: Clock) -> None:
    stranger = Actor(ActorKind.MEMBER, factories.make_member("최남남").id)
    for step in (flow.start_travel, flow.arrive):
        with pytest.raises(StateError):
            step(visit.id, stranger, clock())
    assert visit.state is VisitState.ASSIGNED


def test_each_step_is_written_down_as_the_members(
    client: Client, path: str, member: Member, visit: Visit, session: scoped_session[Session]
) -> None:
    client.post(f"{path}/travel")
    client.post(f"{path}/arrive")
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.entity == "visits").order_by(AuditEntry.id)
    ).all()
    assert [(entry.moved_from, entry.moved_to) for entry in entries] == [
        ("assigned", "on_the_way"),
        ("on_the_way", "arrived"),
    ]
    assert {(entry.actor_kind, entry.actor_id) for entry in entries} == {(ActorKind.MEMBER, member.id)}
