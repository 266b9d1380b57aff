"""Each way in which a visit may end, walked on a small telephone with signal, without it, without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.models import (
    CompletionReport,
    DeclineReason,
    Offer,
    OfferState,
    Outcome,
    Visit,
    VisitState,
)
from handyman.visit.way import MapApp
from handyman.visit.wording import OUTCOME_WORDS
from tests import factories
from tests.conftest import TUESDAY_AT_TEN, Clock
from tests.longer import longer
from tests.visit.telephone import killed, link_of, make_home, nothing_waits, titled
from tests.visit.walks import AT_WORK, HOW, LADDER, Walk, Way, stored, telephone, ways, whole

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser
Db = scoped_session[Session]
Press = tuple[str, str]  # as the page says it, and where it is sent
OFFERED, TO_GO_TO = "이 일에 가 주시겠습니까?", "가실 곳입니다"
WORRY = "욕실이 미끄럽습니다"
WORKED = (Outcome.DONE, Outcome.PARTLY)

IN_VAIN = {
    "visit": "failed",
    "minutes": 20,
    "note": "",
    "why": "",
    "waited": (None, None),
    "parts": "",
    "share": 0,
    "unsigned": "",
    "materials": [],
    "item": ("open", 0, 0, ""),
    "photos": {"before": 1},
    "safe": None,
    "worries": ["bathroom"],
    "request": "logged",
    "closed": (None, False),
}
AFTER_WORK = {
    **IN_VAIN,
    "visit": "finished",
    "safe": True,
    "share": 3000,
    "materials": [("led", 2)],
    "photos": {"before": 1, "after": 1},
}
STORED: dict[Outcome, dict[str, Any]] = {
    Outcome.DONE: {
        **AFTER_WORK,
        "item": ("done", 3, 3, ""),
        "photos": {"before": 1, "after": 1, "signature": 1},
        "request": "done",
        "closed": (None, True),
        "to do": [],
    },
    Outcome.PARTLY: {
        **AFTER_WORK,
        "note": "하나는 다음에",
        "parts": "등기구 하나",
        "unsigned": "gone",
        "item": ("open", 2, 2, "parts"),
        "to do": ["left_over"],
    },
    Outcome.PARTS_MISSING: {**IN_VAIN, "parts": "등기구 셋", "safe": True, "to do": ["parts"]},
    Outcome.NOBODY_HOME: {**IN_VAIN, "waited": (15, 2), "worries": [], "to do": ["call_home"]},
    Outcome.REFUSED: {
        **IN_VAIN,
        "why": "no_need",
        "item": ("cancelled", 0, 0, ""),
        "request": "cancelled",
        "closed": ("resident_cancelled", True),
        "to do": [],
    },
    Outcome.UNSAFE: {**IN_VAIN, "why": "no_gear", "to do": ["unsafe"]},
}
FIRST = {  # what `make test` walks, and in which way; the others by `make test-long`
    Outcome.DONE: Way.SIGNAL,
    Outcome.PARTLY: Way.NO_SCRIPTS,
}
WITHOUT_GLASS = {"unsigned": "hand", "photos": {"before": 1, "after": 1}}


@pytest.fixture(params=ways(Way.CUT))
def way(request: pytest.FixtureRequest) -> Way:
    return Way(request.param)


@pytest.fixture
def phone(chromium: "Browser", way: Way) -> Iterator["BrowserContext"]:
    yield from telephone(chromium, way)


@pytest.fixture
def offered(session: Db) -> Visit:
    """Three lamps under a high ceiling, and nobody has said yes."""
    visit = make_home(factories.make_member("박수리"), timedelta(0), accepted=False)
    visit.items[0].request_item.answers = {"ceiling_cm": 300}
    return visit


@pytest.mark.parametrize(
    ("outcome", "way"),
    [
        (outcome, way) if FIRST.get(outcome) is way else longer(outcome, way)
        for outcome in Outcome
        for way in Way
    ],
    indirect=["way"],
)
def test_a_visit_is_walked_from_the_text_to_its_end(
    phone: "BrowserContext", line: Line, offered: Visit, session: Db, way: Way, outcome: Outcome
) -> None:
    path = link_of(line, offered)
    session.commit()
    walk = Walk(phone.new_page(), line, way)
    walk.open(path, OFFERED)
    walk.press("제가 가겠습니다", TO_GO_TO)
    walk.lose_signal()
    walk.press("출발했습니다", "가시는 길입니다", "?as=on_the_way")
    assert walk.page.inner_text(".ph-door-number") == offered.number
    presses = [("출발했습니다", "travel"), *_walk_to_the_end(walk, outcome)]
    if walk.is_cut:
        _wait_for_signal(walk, path, [words for words, _ in presses], offered, session)
    whole(walk.page)
    walk.turn()
    places = [place for _, place in presses if way is not Way.NO_SCRIPTS or place != "photos"]
    assert walk.posts() == ["accept", *places], "each once and in order"
    unsigned = WITHOUT_GLASS if outcome is Outcome.DONE and way is Way.NO_SCRIPTS else {}
    assert stored(session, offered) == {**STORED[outcome], **unsigned, "outcome": outcome}


def test_whoever_cannot_go_says_why(
    phone: "BrowserContext", line: Line, offered: Visit, session: Db, way: Way
) -> None:
    path = link_of(line, offered)
    session.commit()
    walk = Walk(phone.new_page(), line, way)
    walk.open(path, OFFERED)
    walk.lose_signal()
    walk.follow("못 갑니다", "왜 못 가십니까?")
    walk.page.click("label:has-text('몸이 아픕니다')")
    walk.page.fill("#note", "무릎이 아파서")
    walk.press("못 간다고 알리기", "아직 보내지 못했습니다" if walk.is_cut else "못 가신다고 전했습니다")
    if walk.is_cut:
        assert walk.waiting(1) == ["못 간다고 알리기"]
        walk.find_signal()
        walk.stand("못 가신다고 전했습니다")
    walk.turn()
    assert walk.posts() == ["decline"]
    session.rollback()
    answered = session.scalars(select(Offer)).one()
    said = answered.state, answered.decline_reason, answered.decline_note
    assert said == (OfferState.DECLINED, DeclineReason.ILL, "무릎이 아파서")


def test_a_step_is_taken_back_and_one_that_was_forgotten_is_asked_for(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, way: Way, clock: Clock
) -> None:
    """He sets out by mistake; later he has set out, says only that he is there, and remembers about when."""
    clock.advance(minutes=2)
    path = link_of(line, visit)
    session.commit()
    walk = Walk(phone.new_page(), line, way)
    walk.open(path, TO_GO_TO)
    walk.lose_signal()
    walk.press("출발했습니다", "가시는 길입니다", "?as=on_the_way")
    walk.press("출발 되돌리기", TO_GO_TO)
    if walk.is_cut:
        walk.press("도착했습니다", AT_WORK, "?as=arrived")
        assert walk.waiting(1) == ["도착했습니다"]
        walk.find_signal()
        walk.stand("언제 출발하셨습니까?")
    else:
        walk.press("도착했습니다", "언제 출발하셨습니까?")
    walk.press("오전 9시 50분", AT_WORK)
    walk.turn()
    assert walk.posts() == [*([] if walk.is_cut else ["travel", "undo"]), "arrive", "forgotten"]
    session.rollback()
    assert (visit.state, visit.on_the_way_at) == (VisitState.ARRIVED, TUESDAY_AT_TEN - timedelta(minutes=10))


def test_the_way_is_found_in_a_map_that_is_chosen_once(
    phone: "BrowserContext", line: Line, visit: Visit, session: Db, way: Way
) -> None:
    """Without signal each opens at once, and none is chosen for good."""
    path, ask = link_of(line, visit), "어느 지도로 찾으십니까?"
    session.commit()
    walk = Walk(phone.new_page(), line, way)
    walk.open(path, TO_GO_TO)
    walk.lose_signal()
    walk.follow("길 찾기", ask)
    if walk.is_cut:
        assert str(walk.page.get_attribute("a:has-text('티맵')", "href")).startswith("tmap://route?goalname=")
        walk.turn()
        walk.follow("돌아가기", TO_GO_TO)
        walk.find_signal()
        walk.follow("길 찾기", ask)
    walk.press("티맵", TO_GO_TO)
    walk.turn()
    assert str(walk.page.get_attribute("#way", "href")).startswith("tmap://route?goalname=")
    session.rollback()
    member = visit.assignments[0].member
    assert member
    assert member.map_app == MapApp.TMAP


def _walk_to_the_end(walk: Walk, outcome: Outcome) -> list[Press]:
    """Gives what was pressed after setting out."""
    presses: list[Press] = []
    if outcome is not Outcome.NOBODY_HOME:
        presses += _at_home(walk, outcome)
    if outcome in WORKED:
        walk.end()
        presses.append(("마쳤습니다", "end"))
    elif outcome is not Outcome.UNSAFE:
        walk.follow("일을 못 하게 되었습니다", HOW)
    SAID[outcome](walk)
    work = str(OUTCOME_WORDS[outcome]), "work"
    presses += _after_one_in_vain(walk, work) if outcome is Outcome.PARTLY else [work]
    presses += _photograph_and_sign(walk, outcome) if outcome in WORKED else _photograph(walk)
    walk.send()
    presses.append(("보고하고 끝내기", "send"))
    if _tells_at_the_end(walk, outcome):
        walk.worry(WORRY, "수고하셨습니다", "")
        presses.append((WORRY, "worry"))
    return presses


def _after_one_in_vain(walk: Walk, press: Press) -> list[Press]:
    """Scripts say what is missing before anything is sent; without them the office does."""
    return [press, press] if walk.way is Way.NO_SCRIPTS else [press]


def _tells_at_the_end(walk: Walk, outcome: Outcome) -> bool:
    """Of what worries them, which else is told while they are there; without signal there is no such page."""
    return outcome is Outcome.DONE and not walk.is_cut


def _at_home(walk: Walk, outcome: Outcome) -> list[Press]:
    """The ladder is asked about; whoever is sent away, or has nobody to hold it, does not climb."""
    climbs = outcome in (*WORKED, Outcome.PARTS_MISSING)
    walk.arrive_below_a_ladder(climbs)
    presses = [
        ("도착했습니다", "arrive"),
        *(_after_one_in_vain(walk, ("안전 확인", "safety")) if climbs else []),
    ]
    if not _tells_at_the_end(walk, outcome):
        walk.worry(WORRY, AT_WORK, "?as=safe" if climbs else "?as=arrived")
        presses.append((WORRY, "worry"))
    return presses


def _say_partly(walk: Walk) -> None:
    walk.follow("일부만 했습니다", "일부만 했습니다")
    walk.page.select_option("select", "parts")
    walk.page.fill("input[name^=done_]", "둘")
    walk.say("저장하고 다음", ".ph-error:has-text('0부터 3까지 숫자로') >> visible=true")
    typed = {"input[name^=done_]": "2", "#parts": "등기구 하나", "#note": "하나는 다음에", "#minutes": "20"}
    walk.fill(typed)


def _say_unsafe(walk: Walk) -> None:
    """On the page that asks for helmet and harness."""
    walk.follow("안전 확인하기", LADDER)
    walk.follow("갖추지 못해 못 합니다", "위험해서 못 했습니다")
    assert walk.page.is_checked("#why-no_gear")
    walk.fill({"#minutes": "20"})


SAID = {
    Outcome.DONE: lambda walk: walk.report("모두 했습니다", {"#minutes": "20"}),
    Outcome.PARTLY: _say_partly,
    Outcome.PARTS_MISSING: lambda walk: walk.report(
        "부품이 없어 못 했습니다", {"#parts": "등기구 셋", "#minutes": "20"}
    ),
    Outcome.NOBODY_HOME: lambda walk: walk.report(
        "아무도 안 계셨습니다", {"#waited": "15", "#calls": "2", "#minutes": "20"}
    ),
    Outcome.REFUSED: lambda walk: walk.report(
        "하지 말라고 하셨습니다", {"#minutes": "20"}, "이제 필요 없다고 하십니다"
    ),
    Outcome.UNSAFE: _say_unsafe,
}


def _photograph_and_sign(walk: Walk, outcome: Outcome) -> list[Press]:
    """Before and after; signed on the glass, where there is one and somebody to sign."""
    walk.photograph({"before": "teal", "after": "navy"}, "쓴 자재")
    walk.use("2", "3000")
    if outcome is Outcome.PARTLY:
        walk.say_why_unsigned("자리에 안 계십니다")
    elif walk.way is Way.NO_SCRIPTS:
        walk.say_why_unsigned("손이 불편하십니다")
    else:
        walk.sign()
    photographs = [("일하기 전 사진", "photos"), ("일한 뒤 사진", "photos"), ("사진 마침", "done")]
    return [*photographs, ("쓴 자재", "materials"), ("서명", "signature")]


def _photograph(walk: Walk) -> list[Press]:
    walk.photograph({"before": "teal"}, walk.last)
    return [("현장 사진", "photos"), ("사진 마침", "done")]


def _wait_for_signal(walk: Walk, path: str, pressed: list[str], visit: Visit, session: Db) -> None:
    """Killed and opened again, the page says what is unsent; with signal it sends all of it by itself."""
    assert walk.waiting(len(pressed)) == pressed
    walk.page = killed(walk.page, path, "**?as=waiting")
    titled(walk.page, "아직 보내지 못했습니다")
    whole(walk.page)
    assert walk.waiting(len(pressed)) == pressed
    session.rollback()
    assert walk.posts() == ["accept"]
    assert (visit.state, session.scalar(select(func.count(CompletionReport.id)))) == (VisitState.ASSIGNED, 0)
    walk.find_signal()
    titled(walk.page, "수고하셨습니다")
    nothing_waits(walk.page)
