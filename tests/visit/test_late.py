"""What was pressed without signal and no longer fits when it comes: the office reads it, once."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import current_app
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import links
from handyman.board.work.count import count
from handyman.board.work.lists import load
from handyman.extensions import now, settings
from handyman.models import Assignment, AssignmentState, Member, RefusedPress, Visit, VisitState
from handyman.visit.offline.late import MOST_KEPT
from handyman.visit.reporting.said import DRAWN
from tests import factories
from tests.conftest import Client, Clock
from tests.visit.makers import make_photo, make_photo_with_place, report, sent
from tests.visit.test_offline import press

Db = scoped_session[Session]


@pytest.fixture
def member(session: Db) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def visit(member: Member, clock: Clock) -> Visit:
    return factories.make_visit(start=clock() + timedelta(hours=1), members=[member])


@pytest.fixture
def path(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def on_the_list() -> list[str]:
    with current_app.test_request_context():
        return [task.more for each in load(now()) if each.key == "late" for task in each.tasks]


def test_what_came_after_the_visit_was_called_off_is_read_by_the_office(
    client: Client, sign_in: Callable[..., object], path: str, visit: Visit, clock: Clock
) -> None:
    visit.state = VisitState.CANCELLED
    pressed = clock().isoformat()
    clock.advance(minutes=30)
    typed = {"outcome": "parts_missing", "parts": "안정기 두 개", "minutes": "5", "note": "천장이 젖어 있음"}
    for _ in range(2):
        answer = press(client, f"{path}/report/work", at=pressed, **typed)
        assert (answer.status_code, answer.headers["X-Passed-On"]) == (410, "0123456789abcdef")
    answer = press(client, f"{path}/report/photos", "the-picture", before=[sent(make_photo())])
    assert answer.headers["X-Passed-On"] == "the-picture"
    waiting = count(now())
    assert "박수리" in on_the_list()[0]
    assert "2건" in on_the_list()[0]
    sign_in("operator")
    page = client.get(f"/visits/{visit.id}").text
    for words in (
        "부품이 없어 못 함",
        "안정기 두 개",
        "5분",
        "천장이 젖어 있음",
        "일하기 전 사진 1",
        "오전 10시",
    ):
        assert words in page
    client.post(f"/visits/{visit.id}/late/read")
    assert on_the_list() == []
    assert count(now()) == waiting - 1
    assert "안정기 두 개" in client.get(f"/visits/{visit.id}").text


def test_photographs_of_a_refused_press_are_for_the_office_alone(
    client: Client, session: Db, sign_in: Callable[..., object], path: str, visit: Visit
) -> None:
    visit.state = VisitState.CANCELLED
    for _ in range(2):
        press(client, f"{path}/report/photos", "the-picture", before=[sent(make_photo_with_place())])
    row = session.scalars(select(RefusedPress)).one()
    here = f"/visits/{visit.id}/late/{row.id}/photos"
    other = factories.make_visit()
    assert client.get(f"{here}/0").status_code != 200
    sign_in("operator")
    page = client.get(f"/visits/{visit.id}").text
    assert f"{here}/0?small=1" in page
    assert "조합원 전화기에 있습니다" not in page
    with Image.open(BytesIO(client.get(f"{here}/0").data)) as shown:
        assert (shown.size, dict(shown.getexif())) == ((200, 400), {})
    for wrong in (f"{here}/1", f"/visits/{other.id}/late/{row.id}/photos/0", f"{here[:-7]}9/photos/0"):
        assert client.get(wrong).status_code == 404
    assert len(list(settings().photo_folder.glob("*.jpg"))) == 2  # and its stamp


def test_a_signature_of_a_visit_that_was_called_off_is_the_offices_to_see(
    client: Client, session: Db, sign_in: Callable[..., object], path: str, visit: Visit
) -> None:
    visit.state = VisitState.CANCELLED
    drawn = DRAWN + b64encode(make_photo(kind="PNG")).decode()
    answer = press(client, f"{path}/report/signature", "the-signature", drawn=drawn)
    assert answer.headers["X-Passed-On"] == "the-signature"
    assert "drawn" not in session.scalars(select(RefusedPress)).one().said
    sign_in("operator")
    assert "서명 사진 1" in client.get(f"/visits/{visit.id}").text


def test_what_the_office_has_no_room_for_is_not_said_to_be_passed_on(
    client: Client, session: Db, sign_in: Callable[..., object], path: str, visit: Visit
) -> None:
    visit.state = VisitState.CANCELLED
    sides = range(40, 40 + MOST_KEPT + 1)
    answers = [
        press(client, f"{path}/report/photos", f"picture-{side}", after=[sent(make_photo((side, side)))])
        for side in sides
    ]
    answers.append(press(client, f"{path}/report/photos", "no-picture", after=[sent(b"letters")]))
    passed = [answer.headers.get("X-Passed-On") for answer in answers]
    assert passed == [*(f"picture-{side}" for side in sides[:-1]), None, None]
    assert len(session.scalars(select(RefusedPress)).all()) == MOST_KEPT + 2
    sign_in("operator")
    assert client.get(f"/visits/{visit.id}").text.count("사진 1장: 조합원 전화기에 있습니다") == 2


def test_a_visit_that_is_another_members_by_now_takes_no_press_and_loses_none(
    client: Client, session: Db, path: str, visit: Visit
) -> None:
    place = session.scalars(select(Assignment).where(Assignment.visit_id == visit.id)).one()
    place.member, place.state = factories.make_member("김다른"), AssignmentState.ACCEPTED
    answer = press(client, f"{path}/arrive")
    assert (answer.status_code, answer.headers["X-Passed-On"]) == (410, "0123456789abcdef")
    assert session.scalars(select(RefusedPress)).one().member.name == "박수리"


def test_a_visit_that_was_moved_says_to_which_day(
    client: Client, session: Db, path: str, visit: Visit, member: Member, clock: Clock
) -> None:
    at = clock()
    day = factories.path_of(links.issue(member.id, at, at + timedelta(days=1), day=visit.day))
    visit.day, visit.start = visit.day + timedelta(days=2), visit.start + timedelta(days=2)
    visit.window_start, visit.window_end = visit.start, visit.start + timedelta(hours=2)
    for each in (path, f"{day}/{visit.id}"):  # the link of the visit, and that of the day it was on
        answer = press(client, f"{each}/travel", each[-12:].replace("/", "-"))
        assert (answer.status_code, answer.headers.get("X-Passed-On") is not None) == (409, True)
        assert "11/26(목)로 옮겨졌습니다" in answer.get_json()["sentences"][0]
    assert len(session.scalars(select(RefusedPress)).all()) == 2


def test_a_no_that_came_after_the_other_had_set_out_is_read_by_the_office(
    client: Client, sign_in: Callable[..., object], member: Member, clock: Clock
) -> None:
    other = factories.make_member("이도움")
    visit = factories.make_visit(start=clock() + timedelta(hours=1), members=[member, other])
    path, others = (f"{factories.make_link(visit, each)[1]}/{visit.id}" for each in (member, other))
    form = {"gives_back": "yes", "reason": "ill", "note": "허리를 다침"}
    press(client, f"{others}/travel", "others-press")
    for _ in range(2):
        answer = press(client, f"{path}/decline", **form)
        assert (answer.status_code, answer.headers["X-Passed-On"]) == (409, "0123456789abcdef")
    assert "1건" in on_the_list()[0]
    sign_in("operator")
    page = client.get(f"/visits/{visit.id}").text
    for words in ("못 갑니다", "아픔", "허리를 다침"):
        assert words in page


def test_a_no_of_whoever_need_not_go_any_more_is_nobodys_work(
    client: Client, session: Db, path: str, visit: Visit
) -> None:
    place = session.scalars(select(Assignment).where(Assignment.visit_id == visit.id)).one()
    place.member, place.state = factories.make_member("김다른"), AssignmentState.ACCEPTED
    press(client, f"{path}/decline", gives_back="yes", reason="ill")
    assert session.scalars(select(RefusedPress)).all() == []


def test_nothing_is_passed_on_that_counts_or_says_nothing(client: Client, session: Db, path: str) -> None:
    press(client, f"{path}/arrive", "first-press")
    press(client, f"{path}/report/send", "second-press")  # its steps are missing
    report(client, path, {"outcome": "done", "minutes": "40"})
    press(client, f"{path}/undo", "third-press", step="arrive")
    assert session.scalars(select(RefusedPress)).all() == []


def test_a_stranger_passes_nothing_on(client: Client, session: Db, path: str, visit: Visit) -> None:
    other = factories.make_visit(members=[factories.make_member("김다른")])
    token = path.rpartition("/")[0]
    for wrong in (f"/v/madeUpToken0/{visit.id}", f"{token}/{other.id}"):
        assert "X-Passed-On" not in press(client, f"{wrong}/travel").headers
    assert session.scalars(select(RefusedPress)).all() == []
