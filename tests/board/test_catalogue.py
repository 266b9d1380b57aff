"""The catalogue page: seen, changed in its place, never over another one's change."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman.dispatch.service_times import FinishedVisit, Measured, Work, medians
from handyman.extensions import now
from handyman.intake.catalogue import load_shown
from handyman.models import AuditEntry, ItemQuestion, QuestionKind, Role, ServiceItem
from tests.board.reports import make_done
from tests.factories import make_item, make_material, make_member, make_question, make_request, make_skill

DB = scoped_session[Session]
NEW = {
    "name_ko": "문손잡이 교체",
    "name_en": "Door handle",
    "short_ko": "문손잡이",
    "unit": "개",
    "permitted": "1",
    "team_size": "1",
    "active": "1",
    "base_minutes": "10",
    "minutes_per_piece": "15",
    "position": "9",
}


@pytest.fixture(autouse=True)
def coordinator(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def lamp(session: DB) -> ServiceItem:
    item = make_item(two_person_from_cm=None)
    item.materials.append(make_material())
    shapes = [["tube", "긴 등", "Tube"], ["bulb", "전구", "Bulb", "waits"]]
    words = {"label_ko": "등 모양", "label_en": "Shape", "unit": "", "least": None, "most": None}
    make_question(item, "shape", kind=QuestionKind.CHOICE, choices=shapes, **words)
    session.commit()
    session.refresh(item)
    return item


def form_of(client: FlaskClient, item_id: int) -> dict[str, str]:
    """What a browser would send back of the form as it opens."""
    page = client.get(f"/catalogue/{item_id}").text
    page = page[page.index('id="form"') :]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        values = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if values.get("type") != "checkbox" or " checked" in tag:
            found[values["name"]] = values.get("value", "")
    for name, options in re.findall(r'<select[^>]* name="([\w-]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="(\w+)" selected', options)
        found[name] = chosen[1] if chosen else ""
    found |= dict(re.findall(r'<textarea[^>]* name="([\w-]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL))
    return found


def save(client: FlaskClient, item: ServiceItem, **words: str) -> Any:
    return client.post(f"/catalogue/{item.id}", data={**form_of(client, item.id), **words})


def entries(session: DB) -> list[tuple[str, str, str]]:
    rows = session.scalars(select(AuditEntry).where(AuditEntry.entity == "service_items"))
    return [(row.moved_from, row.moved_to, row.why) for row in rows]


def test_a_form_saved_as_it_opens_changes_nothing(
    client: FlaskClient, session: DB, lamp: ServiceItem
) -> None:
    before = (lamp.questions[0].id, lamp.questions[0].choices)
    assert save(client, lamp).status_code == 303
    session.expire_all()
    assert (lamp.questions[0].id, lamp.questions[0].choices) == before
    assert entries(session) == []


def test_minutes_and_questions_change_and_earlier_answers_keep_their_meaning(
    client: FlaskClient, session: DB, lamp: ServiceItem
) -> None:
    lines = "둥근 등 | Round\n전구 | Light bulb"
    words = {"base_minutes": "25", "q0-choices": lines, "q1-ko": "넓이", "q1-en": "Area", "q1-kind": "number"}
    assert save(client, lamp, **words, **{"q1-order": "0", "two_person_from_cm": "280"}).status_code == 303
    session.expire_all()
    area, shape, ceiling = lamp.questions
    assert (area.label_ko, ceiling.key) == ("넓이", "ceiling_cm")  # asked for, where it decides the team
    assert shape.choices == [["c1", "둥근 등", "Round"], ["bulb", "전구", "Light bulb"]]
    assert entries(session) == [("20+20", "25+20", "base_minutes,two_person_from_cm,questions")]
    page = client.get(f"/catalogue/{lamp.id}").text
    assert "기본 20분 + 하나에 20분 → 기본 25분 + 하나에 20분" in page
    assert save(client, lamp, **{"q1-ko": "", "q1-en": ""}).status_code == 303
    assert len(session.scalars(select(ItemQuestion)).all()) == 2


def test_a_new_item_can_be_asked_for_and_a_retired_one_no_longer(
    client: FlaskClient, session: DB, lamp: ServiceItem
) -> None:
    request = make_request(items=[(lamp, 2)])
    session.commit()
    skill = make_skill("handle").id
    session.commit()
    assert client.post("/catalogue/new", data={**NEW, f"skill-{skill}": "1"}).status_code == 303
    assert client.post("/catalogue/new", data={**NEW, f"skill-{skill}": "1"}).status_code == 303
    codes = session.scalars(select(ServiceItem.code).order_by(ServiceItem.id)).all()
    assert (codes[0], codes[1], len(set(codes))) == ("lamp", "door_handle", 3)
    words = form_of(client, lamp.id)
    del words["active"]
    assert client.post(f"/catalogue/{lamp.id}", data=words).status_code == 303
    session.expire_all()
    assert [item.label for item in load_shown()] == ["문손잡이 교체", "문손잡이 교체"]
    assert request.items[0].service_item.name_ko == "전등 교체"
    assert "그대로 이어집니다" in client.get("/catalogue").text


def test_nobody_writes_over_another_ones_change_unseen(
    client: FlaskClient, session: DB, lamp: ServiceItem
) -> None:
    opened = form_of(client, lamp.id)
    assert save(client, lamp, base_minutes="35").status_code == 303
    answer = client.post(f"/catalogue/{lamp.id}", data={**opened, "name_ko": "등 갈기"})
    assert answer.status_code == 409
    assert "그 사이에 김상담 님이 바꾸었습니다" in answer.text
    assert 'value="등 갈기"' in answer.text
    assert re.search(r"기본 시간: \d+분 → 35분</li>", answer.text)
    session.expire_all()
    assert (lamp.base_minutes, lamp.name_ko) == (35, "전등 교체")
    seen = re.search(r'name="seen" value="(\w+)"', answer.text)
    assert seen is not None
    base = re.search(
        r'name="base_minutes"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="base_minutes"', answer.text
    )
    assert base is not None
    assert "35" in base.groups()
    again = {**opened, "name_ko": "등 갈기", "seen": seen[1]}
    assert client.post(f"/catalogue/{lamp.id}", data=again).status_code == 303


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"name_ko": " "}, "품목의 이름을 적어 주십시오."),
        ({"short_ko": "등✓"}, "문자로 보낼 수 없는 글자가 있습니다."),
        ({"short_ko": "가" * 11}, "10자까지 적을 수 있습니다."),
        ({"base_minutes": "열"}, "0부터 480까지의 수를 적어 주십시오."),
        ({"base_minutes": "", "minutes_per_piece": "0"}, "걸리는 시간을 분으로 적어 주십시오."),
        ({"permitted": "0"}, "어디로 안내할지 적어 주십시오."),
        ({"q0-choices": "하나뿐"}, "보기를 한 줄에 하나씩"),
        ({"q0-choices": "가 | A\n가 | B"}, "같은 보기가 두 번 있습니다."),
        ({"q0-kind": "x"}, "답하는 방법을 골라 주십시오."),
        ({"q1-ko": "넓이", "q1-kind": "number"}, "여쭐 말을 영어로도 적어 주십시오."),
        ({"q1-ko": "가", "q1-en": "a", "q1-kind": "number", "q1-least": "9", "q1-most": "1"}, "가장 큰 수가"),
        ({"two_person_from_cm": "99999999999"}, "100부터 600까지의 수를"),
    ],
)
def test_what_cannot_be_is_said_and_the_words_stay(
    client: FlaskClient, session: DB, lamp: ServiceItem, words: dict[str, str], sentence: str
) -> None:
    answer = save(client, lamp, name_en="Kept words", **words)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert words.get("name_en", "Kept words") in answer.text
    assert entries(session) == []


def test_work_of_ours_needs_a_skill(client: FlaskClient, session: DB, lamp: ServiceItem) -> None:
    words = {name: text for name, text in form_of(client, lamp.id).items() if not name.startswith("skill-")}
    answer = client.post(f"/catalogue/{lamp.id}", data=words)
    assert "이 일을 할 수 있는 기능을 하나 이상" in answer.text


def test_operators_do_not_change_the_catalogue(client: FlaskClient, sign_in: Callable[..., Any]) -> None:
    sign_in(Role.OPERATOR)
    assert client.get("/catalogue").status_code == 403


def test_the_visit_in_the_middle_is_measured_where_there_was_nothing_else_to_do() -> None:
    alone = [FinishedVisit(minutes, (Work(1, 1, 40),)) for minutes in (30, 50, 400)]
    twice = FinishedVisit(60, (Work(1, 1, 40), Work(1, 1, 40)))
    shared = FinishedVisit(90, (Work(1, 1, 40), Work(2, 1, 20)))
    assert medians([*alone, twice, shared]) == {1: Measured(55, 40, 4)}


def test_what_is_measured_stays_when_the_plan_is_edited(
    client: FlaskClient, session: DB, lamp: ServiceItem
) -> None:
    member, other = make_member(), make_item("screen", base_minutes=10, minutes_per_piece=30)
    for minutes in (50, 60, 70):
        make_done(member, minutes, now() - timedelta(days=minutes), [(lamp, 1)])
        make_done(member, 3 * minutes, now() - timedelta(days=minutes), [(lamp, 1), (other, 2)])
    session.commit()
    measured = "이 일만 한 방문 3번의 가운데값 60분 (그 방문들의 계획 {}분)"
    assert measured.format(40) in client.get("/catalogue").text
    assert save(client, lamp, base_minutes="50").status_code == 303
    assert measured.format(70) in client.get("/catalogue").text
