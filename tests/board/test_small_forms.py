"""Small forms of a visit, a request, a card: a second person overwrites nothing, and hears who changed it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import catalogue_rows, flow
from handyman.board.wishes import Wish
from handyman.extensions import now
from handyman.models import (
    Actor,
    ActorKind,
    Person,
    ServiceItem,
    TextLanguage,
    VisitingWish,
    WaitingEntry,
    WaitReason,
    WishedBy,
    WishKind,
    record,
)
from tests import factories
from tests.conftest import Client

DB = scoped_session[Session]
WAS = r'action="{}">.*?name="was" value="([^"]*)"'


@pytest.fixture
def first(client: Client, sign_in: Callable[..., Any], session: DB) -> Actor:
    """Whoever is quicker than the one who is signed in."""
    sign_in("operator")
    quicker = factories.make_user()
    quicker.name = "나빠름"
    session.commit()
    return Actor(ActorKind.USER, quicker.id)


def was(client: Client, page: str, action: str) -> str:
    """What the form has noted when it was opened."""
    found = re.search(WAS.format(re.escape(action)), client.get(page).text, re.DOTALL)
    assert found
    return found[1]


def test_a_sum_that_somebody_has_agreed_on_meanwhile_stands(
    client: Client, session: DB, first: Actor
) -> None:
    visit = factories.make_visit(members=[factories.make_member()])
    page, path = f"/visits/{visit.id}", f"/visits/{visit.id}/sum"
    opened = was(client, page, path)
    flow.agree_on_sum(visit.id, 40_000, first, now())
    refused = client.post(path, data={"agreed_won": "20,000", "was": opened})
    assert refused.status_code == 409
    assert "그 사이에 나빠름 님이 바꾸었습니다" in refused.text
    assert "어르신이 내실 금액: 없음 → 40,000원" in refused.text
    session.refresh(visit)
    assert visit.agreed_won == 40_000
    sure = client.post(path, data={"agreed_won": "20,000", "was": was(client, page, path)})
    assert sure.status_code == 303
    session.refresh(visit)
    assert visit.agreed_won == 20_000
    told = client.get(page).text
    assert "방문: 없음 → 40,000원 (어르신이 내실 금액)" in told
    assert "방문: 40,000원 → 20,000원 (어르신이 내실 금액)" in told


def test_a_sum_that_could_not_be_read_first_overwrites_no_other_either(
    client: Client, session: DB, first: Actor
) -> None:
    visit = factories.make_visit(members=[factories.make_member()])
    page, path = f"/visits/{visit.id}", f"/visits/{visit.id}/sum"
    opened = was(client, page, path)
    flow.agree_on_sum(visit.id, 40_000, first, now())
    unread = client.post(path, data={"agreed_won": "이만", "was": opened})
    assert unread.status_code == 422
    redrawn = re.search(WAS.format(path), unread.text, re.DOTALL)
    assert redrawn
    refused = client.post(path, data={"agreed_won": "20,000", "was": redrawn[1]})
    assert refused.status_code == 409
    session.refresh(visit)
    assert visit.agreed_won == 40_000


def test_a_form_that_opened_with_no_sum_of_ours_is_refused_all_the_same(
    client: Client, session: DB, first: Actor
) -> None:
    visit = factories.make_visit(members=[factories.make_member()])
    flow.agree_on_sum(visit.id, 40_000, first, now())
    for opened in ("9" * 5000, "²", "a"):
        refused = client.post(f"/visits/{visit.id}/sum", data={"agreed_won": "20,000", "was": opened})
        assert refused.status_code == 409
        assert "어르신이 내실 금액: 없음 → 40,000원" in refused.text


def test_why_somebody_waits_is_not_lost_to_an_older_page(client: Client, session: DB, first: Actor) -> None:
    row = factories.make_request(items=[factories.make_item()])
    factories.make_member()
    session.commit()
    page, path = f"/requests/{row.number}/book", f"/requests/{row.number}/wait"
    opened = was(client, page, path)
    flow.wait_for_place(row.id, WaitReason.DOES_NOT_SUIT, "딸이 오는 날", first, now())
    typed = {"wait_reason": "does_not_suit", "wait_note": "화요일 말고"}
    refused = client.post(path, data={**typed, "was": opened})
    assert refused.status_code == 409
    assert "그 사이에 나빠름 님이 바꾸었습니다" in refused.text
    assert '<span class="strong">딸이 오는 날</span>' in refused.text
    assert 'value="화요일 말고"' in refused.text
    assert session.get_one(WaitingEntry, row.id, populate_existing=True).note == "딸이 오는 날"
    assert client.post(path, data={**typed, "was": was(client, page, path)}).status_code == 303


def test_why_somebody_waits_is_not_lost_either_where_the_reason_was_forgotten_first(
    client: Client, session: DB, first: Actor
) -> None:
    row = factories.make_request(items=[factories.make_item()])
    factories.make_member()
    session.commit()
    path = f"/requests/{row.number}/wait"
    opened = was(client, f"/requests/{row.number}/book", path)
    flow.wait_for_place(row.id, WaitReason.DOES_NOT_SUIT, "딸이 오는 날", first, now())
    typed = {"wait_reason": "", "wait_note": "화요일 말고", "was": opened}
    unread = client.post(path, data=typed)
    assert unread.status_code == 422
    redrawn = re.search(WAS.format(path), unread.text, re.DOTALL)
    assert redrawn
    refused = client.post(path, data={**typed, "wait_reason": "does_not_suit", "was": redrawn[1]})
    assert refused.status_code == 409
    assert session.get_one(WaitingEntry, row.id, populate_existing=True).note == "딸이 오는 날"


def test_of_a_waiting_list_only_who_changed_that_is_named_and_nobody_to_themselves(
    client: Client, session: DB, first: Actor
) -> None:
    row = factories.make_request(items=[factories.make_item()])
    factories.make_member()
    session.commit()
    page, path = f"/requests/{row.number}/book", f"/requests/{row.number}/wait"
    opened = was(client, page, path)
    flow.wait_for_place(row.id, WaitReason.DOES_NOT_SUIT, "딸이 오는 날", first, now())
    other = Actor(ActorKind.USER, factories.make_user(name="다다른").id)
    record(row, other, now(), moved_to="located", why="place")
    typed = {"wait_reason": "does_not_suit", "wait_note": "화요일 말고"}
    assert "그 사이에 나빠름 님이 바꾸었습니다" in client.post(path, data={**typed, "was": opened}).text
    seen = was(client, page, path)
    assert client.post(path, data={**typed, "was": seen}).status_code == 303
    refused = client.post(path, data={**typed, "wait_note": "아침에", "was": seen})
    assert refused.status_code == 409
    assert "그 사이에 바뀌었습니다" in refused.text


def test_a_consent_that_has_come_meanwhile_is_not_taken_back(
    client: Client, session: DB, first: Actor
) -> None:
    catalogue_rows.ensure()
    row = factories.make_request(items=[session.query(ServiceItem).filter_by(code="handrail").one()])
    item = row.items[0]
    item.answers = {"wall": "tile", "owner_consent": "not_yet"}
    session.commit()
    path = f"/requests/{row.number}/items/{item.id}/answer"
    opened = was(client, f"/requests/{row.number}", path)
    flow.change_answer(row.id, item.id, "owner_consent", "agreed", first, now())
    data = {"key": "owner_consent", "answer": "not_yet", "was": opened}
    refused = client.post(path, data=data)
    assert refused.status_code == 409
    assert "그 사이에 나빠름 님이 바꾸었습니다" in refused.text
    session.refresh(item)
    assert item.answers["owner_consent"] == "agreed"


def test_language_and_pages_of_a_card_are_not_set_back_by_an_older_page(
    client: Client, session: DB, first: Actor
) -> None:
    person_id = factories.make_resident().person.id
    session.commit()
    card = f"/people/{person_id}"
    language, pages = was(client, card, f"{card}/language"), was(client, card, f"{card}/pages")
    flow.change_language(person_id, TextLanguage.EN, first, now())
    flow.change_pages(person_id, True, first, now())
    for path, data in (("language", {"language": "ko", "was": language}), ("pages", {"was": pages})):
        refused = client.post(f"{card}/{path}", data=data)
        assert refused.status_code == 409
        assert "그 사이에 나빠름 님이 바꾸었습니다" in refused.text
    person = session.get_one(Person, person_id, populate_existing=True)
    assert (person.language, person.opens_pages) == ("en", True)


def test_a_wish_that_somebody_wrote_down_meanwhile_is_not_replaced_unseen(
    client: Client, session: DB, first: Actor, sign_in: Callable[..., Any]
) -> None:
    sign_in("coordinator")
    member = factories.make_member("박수리")
    visit = factories.make_visit(members=[member])
    session.commit()
    page, path = f"/visits/{visit.id}", f"/visits/{visit.id}/wishes"
    seen = re.search(WAS.replace("was", "seen").format(path), client.get(page).text, re.DOTALL)
    assert seen
    asked = Wish(member.id, WishKind.RATHER_NOT, WishedBy.RESIDENT, "개를 무서워하심")
    flow.write_wish(visit.id, asked, first, now())
    typed = {"wish_member": str(member.id), "wish": "rather", "wished_by": "resident", "wish_note": ""}
    unread = client.post(path, data={**typed, "wish": "", "seen": seen[1]})
    assert unread.status_code == 422
    redrawn = re.search(WAS.replace("was", "seen").format(path), unread.text, re.DOTALL)
    assert redrawn
    refused = client.post(path, data={**typed, "seen": redrawn[1]})
    assert refused.status_code == 409
    assert "그 사이에 나빠름 님이 바꾸었습니다" in refused.text
    assert "개를 무서워하심" in refused.text
    row = session.scalars(select(VisitingWish)).one()
    assert (row.wish, row.note) == (WishKind.RATHER_NOT, "개를 무서워하심")
    assert client.post(path, data={**typed, "seen": row.mark}).status_code == 303
