"""What a telephone without signal has with it, and what its queue is answered."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.models import Actor, ActorKind, Member, Message, MessageKind, Visit, VisitState, VisitTap
from handyman.words import at_minute, moment_words, seoul_day, whole_clocks
from tests import factories
from tests.conftest import Client, Clock
from tests.visit.makers import make_photo, report, sent

Db = scoped_session[Session]
KEY = "0123456789abcdef"
LEADS = re.compile(r'(?:href|data-later)="(/v/[^"#]+)')
NEEDS_SIGNAL = re.compile(r"/(?:way|photos/\d+(?:\?small=1)?)$")


@pytest.fixture
def member(session: Db) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def visit(member: Member, clock: Clock) -> Visit:
    visit = factories.make_visit(start=clock() + timedelta(hours=1), members=[member])
    visit.items[0].request_item.service_item.two_person_from_cm = 270
    visit.items[0].request_item.answers = {"ceiling_cm": 300}
    return visit


@pytest.fixture
def path(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def press(client: Client, path: str, key: str = KEY, **form: Any) -> Any:
    return client.post(path, data={"key": key, **form}, headers={"X-From-Queue": key})


def test_every_way_from_a_kept_page_leads_to_a_kept_page(client: Client, path: str) -> None:
    link = path.rpartition("/")[0]
    kit = client.get(f"{link}/kit").get_json()
    wanted = {unescape(way) for page in kit["pages"].values() for way in LEADS.findall(page)}
    missing = {way for way in wanted - set(kit["pages"]) if not NEEDS_SIGNAL.search(way)}
    assert missing == set()
    assert {f"{path}/safety", f"{path}/report", f"{path}/worry", f"{path}?as=waiting"} <= set(kit["pages"])
    assert kit["pages"][link.removeprefix("/v")] == kit["pages"][link]  # as it stands in the text


@pytest.mark.parametrize("outcome", ["partly", "refused"])
def test_also_of_a_report_that_is_half_written(client: Client, path: str, visit: Visit, outcome: str) -> None:
    press(client, f"{path}/arrive", "first-press")
    item = visit.items[0]
    item.quantity = 2
    said = {"minutes": "40", f"done_{item.id}": "1", f"why_{item.id}": "parts", "why": "no_need"}
    assert press(client, f"{path}/report/work", outcome=outcome, **said).get_json()["kept"]
    press(client, f"{path}/report/photos", "second-press", before=[sent(make_photo())])
    kit = client.get(f"{path}/kit").get_json()["pages"]
    wanted = {unescape(way) for page in kit.values() for way in LEADS.findall(page)}
    assert {way for way in wanted - set(kit) if not NEEDS_SIGNAL.search(way)} == set()
    assert 'value="40"' in kit[f"{path}/report/work"]
    assert "이어서 써" in kit[f"{path}/report"] or "보내 주십시오" in kit[f"{path}/report"]


def test_the_evening_before_the_pages_of_the_day_come_along(
    client: Client, path: str, visit: Visit, clock: Clock
) -> None:
    clock.set(at_minute(visit.day, 0) - timedelta(hours=2))
    answer = client.get(f"{path}/kit")
    kit = answer.get_json()
    assert answer.headers["X-Kept-Next-In"] == str(2 * 3600)
    assert "출발했습니다" not in kit["pages"][path]
    assert "출발했습니다" in kit["day"][path]
    assert f"{path}?as=ended" in kit["pages"]
    clock.set(at_minute(visit.day - timedelta(days=1), 16 * 60))  # the home is not open yet
    answer = client.get(f"{path}/kit")
    assert "X-Kept-Next-In" not in answer.headers
    assert (answer.get_json()["day"], set(answer.get_json()["pages"])) == (
        {},
        {path, f"{path}/decline", f"{path}?as=given_back"},
    )


def test_a_supposed_page_says_nothing_that_has_not_happened(client: Client, path: str, visit: Visit) -> None:
    visit.arriving_at = visit.start  # from somebody who had set out and turned back
    pages = client.get(f"{path}/kit").get_json()["pages"]
    assert "가시는 길입니다" in pages[f"{path}?as=on_the_way"]
    assert "알렸습니다" not in pages[f"{path}?as=on_the_way"]
    assert "저장되어" not in pages[f"{path}/report?as=worked"]
    assert "<span>마침</span>" in pages[f"{path}?as=ended"], "nobody knows yet when the work ends"
    assert visit.state is VisitState.ASSIGNED
    assert "출발했습니다" in client.get(path).text


def test_an_answer_that_waits_says_until_when_it_must_arrive(
    client: Client, member: Member, clock: Clock
) -> None:
    asked = factories.make_visit(start=clock() + timedelta(days=2), members=[member], accepted=False)
    link = factories.make_link(asked, member)[1]
    page = client.get(f"{link}/kit").get_json()["pages"][f"{link}/{asked.id}?as=waiting"]
    until = moment_words(asked.assignments[0].offers[0].expires_at, seoul_day(clock()))
    assert f"대답은 {whole_clocks(until)}까지 사무실에 닿아야 합니다" in page
    assert "오전\N{NO-BREAK SPACE}10시\N{NO-BREAK SPACE}30분까지 알려" in client.get(link).text, "in one line"


@pytest.mark.parametrize("hours", [1, 30])
def test_pages_are_kept_no_longer_than_the_door_is_open(
    client: Client, path: str, visit: Visit, clock: Clock, hours: int
) -> None:
    clock.set(visit.start - timedelta(hours=hours))
    answer = client.get(path)
    kept_until = clock() + timedelta(seconds=int(answer.headers["X-Kept-For"]))
    if visit.address.label in answer.text:
        assert kept_until == visit.window_end + timedelta(hours=6)
    else:  # before it opens there is nothing to close
        assert kept_until > visit.window_end + timedelta(hours=6)


def test_a_day_leads_to_the_pages_of_its_jobs(
    client: Client, session: Db, member: Member, visit: Visit, clock: Clock
) -> None:
    from handyman import links

    other = factories.make_visit(start=clock() + timedelta(days=1), members=[member])
    day = factories.path_of(links.issue(member.id, clock(), clock() + timedelta(days=1), day=visit.day))
    kit = client.get(f"{day}/kit").get_json()
    assert kit["more"] == [f"{day}/{visit.id}/kit"]
    assert f"{day}/{visit.id}?as=on_the_way" in client.get(kit["more"][0]).get_json()["pages"]
    assert client.get(f"{day}/{other.id}/kit").status_code == 404


def test_a_press_that_comes_twice_is_answered_twice_and_counts_once(
    client: Client, path: str, session: Db
) -> None:
    for _ in range(2):
        answer = press(client, f"{path}/travel")
        assert (answer.status_code, answer.headers["X-Answered"]) == (200, KEY)
        assert answer.get_json() == {"kept": KEY, "next": path}
    assert len(session.scalars(select(VisitTap)).all()) == 1


def test_a_repeat_is_told_that_it_counts_though_the_visit_is_off_by_now(
    client: Client, path: str, visit: Visit
) -> None:
    press(client, f"{path}/travel")
    visit.state = VisitState.CANCELLED
    assert press(client, f"{path}/travel").get_json()["kept"] == KEY
    late = press(client, f"{path}/arrive", "another-key")
    assert (late.status_code, late.headers["X-Answered"]) == (410, "another-key")
    assert "취소" in late.text


def test_what_changes_nothing_is_not_said_to_be_stored(client: Client, path: str, clock: Clock) -> None:
    early = press(client, f"{path}/report/send")
    assert early.status_code == 409
    assert "빠진 단계" in early.get_json()["sentences"][0]
    press(client, f"{path}/travel", "first-press")
    clock.advance(minutes=6)
    assert "5분" in press(client, f"{path}/undo", step="travel").get_json()["sentences"][0]
    press(client, f"{path}/arrive", "second-press")
    report(client, path, {"outcome": "done", "minutes": "40"})
    assert press(client, f"{path}/report/materials", "third-press", share="3000").status_code == 409


def test_a_report_that_is_sent_from_two_telephones_is_in_for_both(client: Client, path: str) -> None:
    """The last button says nothing that the other one did not: nobody is told that something was lost."""
    said = {"outcome": "done", "minutes": "40"}
    assert press(client, f"{path}/report/send", "too-early").status_code == 409
    report(client, path, said)
    again = press(client, f"{path}/report/send", "other-page")
    assert (again.status_code, again.get_json()) == (200, {"kept": "other-page", "next": path})


def test_a_report_that_the_office_wrote_is_not_said_to_be_what_a_telephone_sent(
    client: Client, visit: Visit, path: str, clock: Clock
) -> None:
    office = Actor(ActorKind.USER, factories.make_user().id)
    press(client, f"{path}/arrive", "first-press")
    press(client, f"{path}/report/work", "second-press", outcome="parts_missing", parts="안정기", minutes="5")
    press(client, f"{path}/report/photos/done", "third-press")
    form = {"outcome": "refused", "why": "no_need", "minutes": "5"}
    assert flow.report_for(visit.id, form, office, clock()) == {}
    late = press(client, f"{path}/report/send", "fourth-press")
    assert late.status_code == 409
    assert "이미 들어와" in late.get_json()["sentences"][0]


def test_a_late_repeat_brings_back_no_photograph_that_was_taken_away(
    client: Client, path: str, visit: Visit, session: Db
) -> None:
    for _ in range(2):
        answer = press(client, f"{path}/report/photos", before=[sent(make_photo())])
        assert answer.get_json()["kept"] == KEY
        for photo in list(visit.photos):
            press(client, f"{path}/report/photos/{photo.id}/remove", "take-away")
        session.expire_all()
        assert visit.photos == []


def test_a_photograph_added_after_the_report_is_not_said_to_be_missing(
    client: Client, path: str, visit: Visit
) -> None:
    client.post(f"{path}/arrive")
    report(client, path, {"outcome": "nobody_home", "minutes": "10", "waited": "10", "calls": "1"})
    assert visit.state is VisitState.FAILED
    photograph = press(client, f"{path}/report/photos", "a-photograph", before=[sent(make_photo())])
    assert photograph.get_json()["kept"] == "a-photograph"
    for _ in range(2):
        assert press(client, f"{path}/report/photos/done").get_json() == {"kept": KEY, "next": path}
    assert len(visit.photos) == 1


def test_a_late_repeat_of_a_signature_does_not_undo_the_reason_why_there_is_none(
    client: Client, path: str
) -> None:
    press(client, f"{path}/report/signature", none="hand")
    press(client, f"{path}/report/signature", "second-said", none="unwilling")
    press(client, f"{path}/report/signature", none="hand")
    assert 'value="unwilling" checked' in client.get(f"{path}/report/signature").text


@pytest.mark.parametrize(("minutes", "told"), [(1, 1), (180, 0)])
def test_nobody_hears_of_somebody_coming_who_is_there_already(
    client: Client, path: str, session: Db, clock: Clock, minutes: int, told: int
) -> None:
    pressed = clock().isoformat()
    clock.advance(minutes=minutes)
    press(client, f"{path}/travel", at=pressed)
    kind = MessageKind.RESIDENT_ON_THE_WAY
    assert len(session.scalars(select(Message).where(Message.kind == kind)).all()) == told


def test_the_worker_and_a_stamp_for_forms_are_there_for_everybody(client: Client) -> None:
    script = client.get("/sw.js")
    assert script.mimetype == "text/javascript"
    for part in ("workbox.strategies", "self.queue", "registerRoute("):
        assert part in script.text
    assert client.get("/sent-forms").get_json()["stamp"]


@pytest.mark.parametrize("address", ["/static/telephone.js", "/sw.js"])
def test_what_is_sent_of_a_script_has_none_of_its_comments(client: Client, address: str) -> None:
    script = client.get(address).text
    ours = script[script.index("self.table = ") :]
    assert "self.queue = " in ours
    assert [line for line in ours.splitlines() if line.lstrip().startswith("//")] == []


def test_one_photograph_may_show_before_after_and_receipt(
    client: Client, path: str, visit: Visit, session: Db
) -> None:
    for number, kind in enumerate(("before", "after", "receipt", "before")):
        press(client, f"{path}/report/photos", f"press-number-{number}", **{kind: [sent(make_photo())]})
    session.expire_all()
    assert sorted(photo.kind.value for photo in visit.photos) == ["after", "before", "receipt"]


def test_steps_keep_their_order_though_a_clock_was_set_back(
    client: Client, path: str, visit: Visit, clock: Clock
) -> None:
    press(client, f"{path}/travel", "first-press", at=(clock() - timedelta(minutes=20)).isoformat())
    press(client, f"{path}/arrive", "second-press", at=(clock() - timedelta(minutes=80)).isoformat())
    press(client, f"{path}/end", "third-press", at=(clock() - timedelta(minutes=10)).isoformat())
    assert visit.on_the_way_at == visit.arrived_at == clock() - timedelta(minutes=20)
    assert visit.ended_at == clock() - timedelta(minutes=10)


def test_a_press_keeps_its_time_for_as_long_as_a_telephone_may_lie_without_signal(
    client: Client, path: str, visit: Visit, clock: Clock
) -> None:
    pressed = clock()
    clock.advance(hours=26)  # the link opens until a day after the window
    press(client, f"{path}/arrive", at=pressed.isoformat())
    assert visit.arrived_at == pressed
