"""A resident's page where presses go into nothing first, and who is seen on it before they come."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import now
from handyman.models import (
    Actor,
    ActorKind,
    Answer,
    Assignment,
    AssignmentState,
    Message,
    MessageState,
    ReachAnswer,
    Satisfaction,
    Visit,
    VisitItem,
    VisitState,
)
from handyman.photos import MEGABYTE, prepare_face
from tests import factories
from tests.longer import longer
from tests.visit.makers import make_photo, sent
from tests.visit.test_home_in_browser import make_home
from tests.visit.test_queue_in_browser import clean
from tests.visit.test_unsaved_in_browser import PUT_BACK
from tests.visit.walks import Walk, Way

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
COMING, HOW, SURE, OVER = "이렇게 찾아뵙겠습니다", "어떠셨습니까?", "방문을 취소할까요?", "취소되었습니다"
LOADED = "[...document.images].map(each => each.naturalWidth > 0)"
ONLY_CUT = pytest.mark.parametrize("way", [longer(Way.CUT)], indirect=True)
DAY = timedelta(days=1)


def answers(session: Db) -> list[Answer]:
    session.rollback()  # look afresh
    return [each.answer for each in session.scalars(select(ReachAnswer).order_by(ReachAnswer.id))]


def state_of(visit: Visit, session: Db) -> VisitState:
    session.rollback()
    return visit.state


def put_back(walk: Walk) -> None:
    walk.page.wait_for_selector(f"text={PUT_BACK}")


@ONLY_CUT
def test_no_answer_of_a_resident_is_counted_before_it_has_arrived(walk: Walk, session: Db) -> None:
    visit, path = make_home(VisitState.ASSIGNED, DAY)
    session.commit()
    walk.open(walk.line.address + path, COMING)
    walk.in_vain("그때 오십시오", path, COMING)
    assert (answers(session), walk.page.locator("[role=status]").count()) == ([], 0)
    walk.say("그때 오십시오", "[role=status]:has-text('고맙습니다')")
    walk.in_vain("다른 때가 좋습니다", path, COMING)
    assert answers(session) == [Answer.GOOD]
    walk.say("다른 때가 좋습니다", "[role=status]:has-text('다른 때를 여쭙겠습니다')")
    assert answers(session) == [Answer.GOOD, Answer.ANOTHER_TIME]
    asked = select(Message.last_error).where(Message.state == MessageState.NEEDS_PERSON)
    assert session.scalars(asked).all() == ["another_time"]
    walk.follow("오지 마십시오", SURE)
    walk.page.click("text=이미 고쳤습니다")
    walk.in_vain("방문 취소", f"{path}/cancel", SURE)
    put_back(walk)
    assert state_of(visit, session) is VisitState.ASSIGNED
    assert walk.page.is_checked("#reason-repaired_already")
    walk.press("방문 취소", OVER)
    walk.turn()
    assert state_of(visit, session) is VisitState.CANCELLED


@ONLY_CUT
def test_three_answers_go_into_nothing_and_are_there_to_be_sent_again(walk: Walk, session: Db) -> None:
    visit, path = make_home(VisitState.FINISHED, timedelta(0))
    session.commit()
    walk.open(walk.line.address + path, HOW)
    chosen = ("works-poor", "manner-fair", "again-good")
    for answer in chosen:
        walk.page.click(f"label[for={answer}]")
    walk.in_vain("보내기", path, HOW)
    put_back(walk)
    session.rollback()
    assert session.scalars(select(Satisfaction)).all() == []
    assert all(walk.page.is_checked(f"#{answer}") for answer in chosen)
    walk.press("보내기", "고맙습니다")
    assert "다시 고치러 가겠습니다" in walk.page.inner_text("main")
    walk.turn()
    session.rollback()
    said = session.scalars(select(Satisfaction)).one()
    assert (said.visit_id, said.works, said.manner, said.again) == (visit.id, "poor", "fair", "good")
    assert walk.posts() == ["rate"]


def test_who_comes_is_seen_with_face_name_and_number(walk: Walk, app: Flask, session: Db, way: Way) -> None:
    """What was opened stays on the screen without signal; it asks for nothing more."""
    visit, path = make_home(VisitState.ASSIGNED, DAY)
    first, second = visit.assignments
    visit.agreed_won = 30_000
    put_up_a_face(first)
    second.state = AssignmentState.OFFERED
    session.commit()
    walk.open(walk.line.address + path, COMING)
    assert walk.page.inner_text(".ph-door-number") == visit.number
    assert walk.page.locator(".hm-who strong").all_inner_texts() == ["박수리 조합원"]
    assert walk.page.locator("img").get_attribute("alt") == "박수리 조합원의 얼굴"
    second.state = AssignmentState.ACCEPTED
    visit.state = VisitState.ON_THE_WAY
    session.commit()
    walk.open(walk.line.address + path, COMING)
    walk.line.down = walk.is_cut
    shown = walk.page.inner_text("main")
    assert walk.page.locator(".hm-who strong").all_inner_texts() == [
        "박수리 조합원",
        "Alexandra-Petrovna 조합원",
    ]
    assert walk.page.evaluate(LOADED) == [True]
    for told in ("지금 가고 있습니다", "30,000원", "이 번호를 말하지 못하는 사람에게는"):
        assert told in shown
    assert "Kim" not in shown
    assert walk.page.locator("button").count() == 0, "too late to answer"
    walk.turn()
    if way is Way.SIGNAL:
        clean(walk.page)
    walk.line.down = False
    visit.state = VisitState.FINISHED
    session.commit()
    walk.open(walk.line.address + path, HOW)
    assert walk.page.locator("img").count() == 0


def put_up_a_face(place: Assignment) -> None:
    member = place.member
    assert member
    face = prepare_face(sent(make_photo())[0], MEGABYTE)
    flow.put_face(member.id, face, Actor(ActorKind.MEMBER, member.id), now())


def test_the_page_is_one_sheet_also_with_two_faces_an_answer_and_much_to_do(walk: Walk, session: Db) -> None:
    visit, path = make_home(VisitState.ASSIGNED, DAY)
    visit.agreed_won = 120_000
    names = [f"화장실 미끄럼 방지 도포와 손잡이 {number}" for number in range(4)]
    wanted = [(factories.make_item(each, skills=()), 2) for each in names]
    more = factories.make_request(visit.resident, wanted)
    visit.items += [VisitItem(request_item=each, quantity=2) for each in more.items]
    session.commit()
    face = prepare_face(sent(make_photo())[0], MEGABYTE)
    for place in visit.assignments:
        assert place.member_id
        flow.put_face(place.member_id, face, Actor(ActorKind.MEMBER, place.member_id), now())
    walk.open(walk.line.address + path, COMING)
    walk.say("다른 때가 좋습니다", "[role=status]:has-text('다른 때를 여쭙겠습니다')")
    assert walk.page.locator("img.hm-face, .hm-work li").count() == 2 + 6
    assert walk.page.pdf(format="A4").count(b"/Type /Page\n") == 1
