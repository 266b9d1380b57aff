"""The report: what was done, what is left, and everything that is typed wrongly."""

import io
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow, links
from handyman.board import report_lines
from handyman.config import Settings
from handyman.extensions import db, settings
from handyman.models import (
    Actor,
    ActorKind,
    CompletionReport,
    ItemState,
    Member,
    Message,
    MessageKind,
    Outcome,
    Photo,
    PhotoKind,
    RequestState,
    ServiceRequest,
    Visit,
    VisitState,
)
from handyman.photos import MEGABYTE, small_name
from handyman.visit.finish import WorkReport
from tests import factories
from tests.conftest import Client, Clock
from tests.visit.makers import make_photo, make_signature, report, sent


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리")


@pytest.fixture
def request_(member: Member) -> ServiceRequest:
    """Three lamps and a rail."""
    rail = factories.make_item("handrail", ("electric",))
    return factories.make_request(items=[(factories.make_item(), 3), rail])


@pytest.fixture
def visit(request_: ServiceRequest, member: Member, clock: Clock) -> Visit:
    visit = factories.make_visit(request_, start=clock(), members=[member])
    visit.state, visit.arrived_at = VisitState.ARRIVED, clock() - timedelta(minutes=43)
    return visit


@pytest.fixture
def path(visit: Visit, member: Member) -> str:
    return f"{factories.make_link(visit, member)[1]}/{visit.id}"


def reports(session: scoped_session[Session]) -> int:
    return session.scalar(select(func.count()).select_from(CompletionReport)) or 0


def test_how_it_went_is_asked_first(client: Client, path: str) -> None:
    page = client.get(f"{path}/report").get_data(as_text=True)
    for outcome in Outcome:
        assert f"report/work?outcome={outcome}" in page


def test_the_time_since_the_door_is_filled_in(client: Client, path: str) -> None:
    page = client.get(f"{path}/report/work?outcome=done").get_data(as_text=True)
    assert (
        'name="minutes" type="text" inputmode="numeric" autocomplete="off" maxlength="6" value="45"' in page
    )


def test_nobody_home_is_not_the_planned_time_and_not_before_the_promise(
    client: Client, path: str, visit: Visit, clock: Clock
) -> None:
    visit.state, visit.arrived_at = VisitState.ASSIGNED, None
    clock.set(visit.window_start - timedelta(minutes=12))
    page = client.get(f"{path}/report/work?outcome=nobody_home").get_data(as_text=True)
    assert 'maxlength="6" value="10"' in page
    assert "약속 시간은 오전 10시부터입니다" in page
    clock.set(visit.window_start)
    page = client.get(f"{path}/report/work?outcome=nobody_home").get_data(as_text=True)
    assert "약속 시간은" not in page


def test_all_done_closes_the_request(
    client: Client, path: str, visit: Visit, request_: ServiceRequest, clock: Clock, member: Member
) -> None:
    led = factories.make_material("led", 18_000)
    form = {"outcome": "done", "minutes": "50", "note": "잘 마침", f"material_{led.id}": "3"}
    answer = report(client, path, form)
    assert (answer.status_code, answer.location) == (303, path)
    assert (visit.state, visit.finished_at) == (VisitState.FINISHED, clock())
    assert [item.done_quantity for item in visit.items] == [3, 1]
    assert {item.state for item in request_.items} == {ItemState.DONE}
    assert (request_.state, request_.closed_at) == (RequestState.DONE, clock())
    assert visit.report
    assert (visit.report.minutes, visit.report.note, visit.report.member_id) == (50, "잘 마침", member.id)
    assert [(use.quantity, use.unit_price) for use in visit.report.materials] == [(3, 18_000)]
    page = client.get(path).get_data(as_text=True)
    assert "수고하셨습니다" in page
    assert "50분" in page


def test_what_is_left_over_goes_back_to_the_work_list(
    client: Client, path: str, visit: Visit, request_: ServiceRequest
) -> None:
    lamps, rail = visit.items
    form = {"outcome": "partly", "minutes": "60", f"done_{lamps.id}": "2", f"done_{rail.id}": "1"}
    form[f"why_{lamps.id}"] = "parts"
    report(client, path, form)
    assert visit.state is VisitState.FINISHED
    assert [(item.done_quantity, item.state) for item in request_.items] == [
        (2, ItemState.OPEN),
        (1, ItemState.DONE),
    ]
    assert (lamps.left_why, rail.left_why) == ("parts", "")
    assert (request_.state, request_.closed_at) == (RequestState.LOGGED, None)
    assert "남은 것 1" in client.get(path).get_data(as_text=True)


def test_what_was_left_over_is_finished_by_the_next_visit(
    client: Client, path: str, visit: Visit, request_: ServiceRequest, member: Member, clock: Clock
) -> None:
    lamps, rail = visit.items
    form = {"outcome": "partly", "minutes": "60", f"done_{lamps.id}": "2", f"done_{rail.id}": "1"}
    form[f"why_{lamps.id}"] = "parts"
    report(client, path, form)
    again = factories.make_visit(request_, start=clock() + timedelta(hours=3), members=[member])
    assert [(item.request_item.id, item.quantity) for item in again.items] == [(lamps.request_item_id, 1)]
    next_path = f"{factories.make_link(again, member)[1]}/{again.id}"
    report(client, next_path, {"outcome": "done", "minutes": "20"})
    assert request_.state is RequestState.DONE
    assert [item.done_quantity for item in request_.items] == [3, 1]


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        ("nobody_home", {"waited": "20", "calls": "2"}),
        ("refused", {"why": "another_day"}),
        ("unsafe", {"why": "ladder"}),
        ("parts_missing", {"parts": "안정기 36W"}),
    ],
)
def test_a_visit_without_work_leaves_everything_open(
    client: Client, path: str, visit: Visit, request_: ServiceRequest, outcome: str, more: dict[str, str]
) -> None:
    report(client, path, {"outcome": outcome, "minutes": "15", **more})
    assert visit.state is VisitState.FAILED
    assert {item.state for item in request_.items} == {ItemState.OPEN}
    assert [item.done_quantity for item in request_.items] == [0, 0]
    assert request_.state is RequestState.LOGGED
    assert visit.report
    assert visit.report.outcome is Outcome(outcome)
    kept = visit.report
    said = {"waited": kept.waited_minutes, "calls": kept.calls_tried, "why": kept.why, "parts": kept.parts}
    assert {name: str(said[name]) for name in more} == more


def test_who_needs_nothing_any_more_is_not_visited_again(
    client: Client, path: str, visit: Visit, request_: ServiceRequest, clock: Clock
) -> None:
    report(client, path, {"outcome": "refused", "minutes": "5", "why": "no_need"})
    assert visit.state is VisitState.FAILED
    assert {item.state for item in request_.items} == {ItemState.CANCELLED}
    assert (request_.state, request_.closed_at) == (RequestState.CANCELLED, clock())
    page = client.get(path).get_data(as_text=True)
    assert "이제 필요 없다고 하십니다" in page
    assert "신청을 닫았습니다. 다시 가지 않습니다." in page
    assert "다시 약속을 잡습니다" not in page, "nobody goes again"


def test_what_was_not_done_is_named_with_why_and_how_long_was_waited(client: Client, path: str) -> None:
    form = {"outcome": "nobody_home", "minutes": "15", "waited": "20", "calls": "2"}
    report(client, path, {**form, "before": [sent(make_photo())]})
    page = client.get(path).get_data(as_text=True)
    for words in ("못 한 일", "전등 교체 3개", "20분 기다림", "전화 2번", "1장"):
        assert words in page
    assert "0개" not in page
    assert "0장" not in page, "there is no before and after where nothing was done"


@pytest.mark.parametrize("by_the_office", [False, True])
@pytest.mark.parametrize(("outcome", "signed"), [("nobody_home", False), ("unsafe", False), ("done", True)])
def test_where_nothing_was_done_no_signature_of_the_answer_before_stays(
    client: Client,
    path: str,
    visit: Visit,
    settings: Settings,
    clock: Clock,
    outcome: str,
    signed: bool,
    by_the_office: bool,
) -> None:
    client.post(f"{path}/report/work", data={"outcome": "done", "minutes": "40"})
    client.post(f"{path}/report/signature", data={"drawn": make_signature()})
    db.session.expire_all()
    assert dict(report_lines.lines(visit)) == {}, "nothing is reported yet"
    assert [photo.kind for photo in visit.photos] == [PhotoKind.SIGNATURE]
    form = {"outcome": outcome, "minutes": "15", "waited": "20", "calls": "2", "why": "electricity"}
    if by_the_office:
        office = Actor(ActorKind.USER, factories.make_user().id)
        assert flow.report_for(visit.id, form, office, clock()) == {}
    else:
        for step in ("work", "photos/done", "materials", "send"):
            client.post(f"{path}/report/{step}", data=form)
    db.session.expire_all()
    assert visit.report
    assert ("서명" in dict(report_lines.lines(visit))) is signed
    assert bool(visit.photos) is bool(list(settings.photo_folder.iterdir())) is signed


FOLLOWS = {
    "next time": "남은 것은 다음 방문에서 하도록 사무실에 전합니다.",
    "rings": "사무실에서 어르신께 전화드립니다.",
    "decides": "어떻게 할지 사무실에서 정합니다.",
    "closed": "신청을 닫았습니다. 다시 가지 않습니다.",
}


@pytest.mark.parametrize(
    ("outcome", "why", "follows"),
    [
        ("partly", "parts", "next time"),
        ("parts_missing", "", "next time"),
        ("nobody_home", "", "rings"),
        ("refused", "no_need", "closed"),
        ("refused", "another_day", "rings"),
        ("unsafe", "electricity", "decides"),
    ],
)
def test_the_end_of_a_report_says_what_its_form_said_comes_next(
    client: Client, path: str, visit: Visit, outcome: str, why: str, follows: str
) -> None:
    lamps, rail = visit.items
    form = {"outcome": outcome, "minutes": "15", "waited": "20", "calls": "2", "parts": "안정기", "why": why}
    form |= {f"done_{lamps.id}": "2", f"why_{lamps.id}": why, f"done_{rail.id}": "1"}
    before = client.get(f"{path}/report/work?outcome={outcome}").get_data(as_text=True)
    assert (FOLLOWS[follows] in before) is (outcome != "refused"), "which names both ways"
    report(client, path, form)
    page = client.get(path).get_data(as_text=True)
    assert [name for name, words in FOLLOWS.items() if words in page] == [follows]


@pytest.mark.parametrize(
    ("blank", "asked"), [("waited", "몇 분 기다리셨는지 적어"), ("calls", "전화를 몇 번 거셨는지 적어")]
)
def test_how_long_was_waited_and_how_often_rung_is_asked_and_not_taken_for_nothing(
    client: Client, path: str, visit: Visit, blank: str, asked: str
) -> None:
    form = {"outcome": "nobody_home", "minutes": "15", "waited": "0", "calls": "0"}
    answer = client.post(f"{path}/report/work", data={**form, blank: " "})
    assert answer.status_code == 422
    assert asked in answer.get_data(as_text=True)
    report(client, path, form)
    assert visit.report
    assert (visit.report.waited_minutes, visit.report.calls_tried) == (0, 0)


@pytest.mark.parametrize(
    ("outcome", "texts"), [("done", 1), ("nobody_home", 1), ("refused", 0), ("unsafe", 0)]
)
def test_the_resident_is_told_of_work_done_and_of_a_closed_door_and_nothing_else(
    client: Client, path: str, session: scoped_session[Session], outcome: str, texts: int
) -> None:
    report(
        client,
        path,
        {
            "outcome": outcome,
            "minutes": "15",
            "why": "other" if outcome == "unsafe" else "no_need",
            "waited": "20",
            "calls": "2",
        },
    )
    told = select(func.count()).where(Message.kind == MessageKind.RESIDENT_DONE)
    assert session.scalar(told) == texts


@pytest.mark.parametrize("said", [{}, {"why": "parts"}, {"parts": "안정기 36W"}])
def test_whoever_says_that_something_is_left_and_leaves_every_piece_done_is_asked(
    client: Client, path: str, visit: Visit, said: dict[str, str]
) -> None:
    lamps, rail = visit.items
    form = {"outcome": "partly", "minutes": "60", f"done_{lamps.id}": "3", f"done_{rail.id}": "1"}
    form |= {f"why_{lamps.id}": said.get("why", ""), "parts": said.get("parts", "")}
    answer = report(client, path, form)
    assert answer.status_code == 422
    assert "실제로 한 개수로" in answer.text
    assert visit.report is None
    report(client, path, form | {f"done_{lamps.id}": "2", f"why_{lamps.id}": "parts"})
    assert visit.report
    assert (visit.report.outcome, lamps.left_why) == (Outcome.PARTLY, "parts")


def test_numbers_may_be_typed_full_width(client: Client, path: str, visit: Visit) -> None:
    report(client, path, {"outcome": "done", "minutes": " ４５ "})
    assert visit.report
    assert visit.report.minutes == 45


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"minutes": ""}, "일한 시간을 분으로"),
        ({"minutes": "삼십"}, "일한 시간을 분으로"),
        ({"minutes": "-5"}, "일한 시간을 분으로"),
        ({"minutes": "721"}, "일한 시간을 분으로"),
        ({"minutes": "9" * 400}, "일한 시간을 분으로"),
        ({"done": "4"}, "0부터 3까지"),
        ({"done": ""}, "0부터 3까지"),
        ({"done": "둘"}, "0부터 3까지"),
        ({"done": "0", "rail": "0"}, "하나도 못 하셨으면"),
        ({"note": "가" * 1001}, "1000자까지"),
    ],
)
def test_a_refused_report_says_why_and_keeps_every_word(
    client: Client, path: str, visit: Visit, typed: dict[str, str], sentence: str
) -> None:
    lamps, rail = visit.items
    form = {
        "outcome": "partly",
        "minutes": typed.get("minutes", "33"),
        "note": typed.get("note", "천장이 젖어 있음"),
        f"done_{lamps.id}": typed.get("done", "2"),
        f"done_{rail.id}": typed.get("rail", "1"),
        f"why_{lamps.id}": "parts",
        f"why_{rail.id}": "time",
        "parts": "안정기 36W",
    }
    answer = report(client, path, form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    for word in form.values():
        assert word in page
    assert visit.state is VisitState.ARRIVED
    assert visit.report is None


@pytest.mark.parametrize(
    "typed", ["5000", "5,000", "5,000원", "5000 원", " 5 000원 ", "５，０００원", "₩5,000", "0005000"]
)
def test_a_sum_is_read_as_people_write_it(client: Client, path: str, visit: Visit, typed: str) -> None:
    report(client, path, {"outcome": "done", "minutes": "40", "share": typed})
    assert visit.report
    assert visit.report.resident_share == 5000


@pytest.mark.parametrize("typed", ["오천원", "5천원", "5만", "5.000", "-5000", "원", "99999999"])
def test_a_sum_that_cannot_be_read_is_asked_for_with_an_example(
    client: Client, path: str, typed: str
) -> None:
    client.post(f"{path}/report/work", data={"outcome": "done", "minutes": "40"})
    answer = client.post(f"{path}/report/materials", data={"share": typed})
    assert answer.status_code == 422
    assert "얼마인지 숫자로 적어 주십시오. 예: 5000" in answer.text
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize("typed", [{"led": "1000"}, {"led": "세 개"}, {"share": "10000000"}])
def test_materials_that_cannot_be_read_are_asked_for_again(
    client: Client, path: str, visit: Visit, typed: dict[str, str]
) -> None:
    led = factories.make_material("led")
    form = {f"material_{led.id}": typed.get("led", "7"), "share": typed.get("share", "12,000")}
    answer = client.post(f"{path}/report/materials", data=form)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert all(f'value="{word}"' in page for word in form.values())
    assert "까지 숫자로" in page


@pytest.mark.parametrize("outcome", ["", "fixed", "done\0"])
def test_an_unknown_outcome_asks_again(client: Client, path: str, visit: Visit, outcome: str) -> None:
    answer = report(client, path, {"outcome": outcome, "minutes": "10"})
    assert answer.status_code == 422
    assert "하나를 눌러 주십시오" in answer.get_data(as_text=True)
    assert visit.report is None


def photos_form(*before: bytes, after: tuple[bytes, ...] = (), **more: str) -> dict[str, Any]:
    return {
        "outcome": "done",
        "minutes": "30",
        "before": [sent(data) for data in before],
        "after": [sent(data) for data in after],
        **more,
    }


def test_photographs_before_and_after_are_kept_for_the_office(
    client: Client, path: str, visit: Visit, settings: Settings, sign_in: Any
) -> None:
    form = photos_form(make_photo(colour="red"), make_photo(colour="blue"), after=(make_photo((2000, 1000)),))
    assert report(client, path, form).status_code == 303
    assert [photo.kind for photo in visit.photos] == [PhotoKind.BEFORE, PhotoKind.BEFORE, PhotoKind.AFTER]
    assert (visit.photos[2].width, visit.photos[2].height) == (1600, 800)
    stored = {file.name for file in settings.photo_folder.iterdir()}
    assert stored == {
        name for photo in visit.photos for name in (photo.file_name, small_name(photo.file_name))
    }
    address = f"/visits/{visit.id}/photos/{visit.photos[0].id}"
    assert client.get(address).status_code == 303  # to the sign-in
    sign_in("operator")
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert len(answer.data) == visit.photos[0].size
    stamp = Image.open(io.BytesIO(client.get(f"{address}?small=1").data))
    assert max(stamp.size) == 320
    assert "private" in answer.headers["Cache-Control"]
    assert client.get(f"/visits/{visit.id + 1}/photos/{visit.photos[0].id}").status_code == 404


def test_a_photograph_is_shown_to_its_own_team_alone(
    client: Client, path: str, visit: Visit, member: Member, clock: Clock
) -> None:
    client.post(f"{path}/report/photos", data={"before": [sent(make_photo())]})
    photo = visit.photos[0].id
    other = factories.make_visit(start=clock(), members=[member])
    elsewhere = f"{factories.make_link(other, member)[1]}/{other.id}"
    stranger = f"{factories.make_link(visit, factories.make_member('최남남'))[1]}/{visit.id}"
    assert client.get(f"{path}/photos/{photo}?small=1").status_code == 200
    assert client.get(f"{elsewhere}/photos/{photo}").status_code == 404
    assert client.get(f"{stranger}/photos/{photo}").status_code == 404
    assert client.post(f"{elsewhere}/report/photos/{photo}/remove").status_code == 303
    assert client.get(f"{path}/photos/{photo}").status_code == 200
    assert client.post(f"{path}/report/photos/{photo}/remove").status_code == 303
    assert client.get(f"{path}/photos/{photo}").status_code == 404


def test_what_may_no_longer_be_seen_is_not_shown_as_a_broken_picture(
    client: Client, path: str, clock: Clock
) -> None:
    report(client, path, photos_form(make_photo()))
    assert "<img src" in client.get(f"{path}/report/photos").text
    clock.advance(hours=9)
    page = client.get(f"{path}/report/photos").text
    assert "1장 저장됨" in page
    assert "<img src" not in page


def test_a_bad_photograph_is_refused_kindly_and_the_good_one_beside_it_is_kept(
    client: Client, path: str, visit: Visit
) -> None:
    form = photos_form(make_photo(), b"a letter")
    answer = report(client, path, form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "두 번째 파일은 사진이 아닙니다" in page
    assert "1장 저장됨" in page
    assert visit.report is None
    assert len(visit.photos) == 1


def test_the_address_of_refused_photographs_leads_back_to_them(client: Client, path: str) -> None:
    again = client.get(f"{path}/report/photos/done")
    assert (again.status_code, again.headers["Location"]) == (303, f"{path}/report/photos")


@pytest.mark.settings(PHOTO_MAX_MB="1")
def test_a_photograph_beyond_the_setting_is_refused_kindly(client: Client, path: str, visit: Visit) -> None:
    answer = report(client, path, photos_form(make_photo() + b"\0" * 1024 * 1024))
    assert answer.status_code == 422
    assert "<span>사진이 너무 큽니다. 1 MB보다 작은" in answer.get_data(as_text=True)


def test_a_photograph_of_fifty_megabytes_is_refused_kindly_and_nothing_of_it_is_kept(
    client: Client, path: str, visit: Visit
) -> None:
    """As the office is set unless somebody sets it otherwise."""
    answer = report(client, path, photos_form(make_photo() + bytes(50 * MEGABYTE)))
    page = answer.get_data(as_text=True)
    assert (answer.status_code, f"{settings().photo_max_mb} MB보다 작은 사진을" in page) == (422, True)
    assert "사진이 너무 큽니다" in page
    assert (visit.photos, visit.report) == ([], None)
    assert not list(settings().photo_folder.rglob("*"))


@pytest.mark.settings(PHOTO_MAX_MB="1")
def test_a_whole_post_that_is_too_large_is_refused_in_the_pages_own_clothes(
    client: Client, path: str, visit: Visit
) -> None:
    answer = report(client, path, photos_form(b"\0" * 7 * 1024 * 1024))
    assert answer.status_code == 413
    assert "파일이 너무 큽니다" in answer.get_data(as_text=True)
    assert "tel:028200000" in answer.get_data(as_text=True)


def test_more_than_twelve_photographs_are_too_many(client: Client, path: str, visit: Visit) -> None:
    many = [make_photo((40 + number, 40)) for number in range(13)]
    answer = report(client, path, photos_form(*many))
    assert answer.status_code == 422
    assert "12장까지" in answer.get_data(as_text=True)


def test_files_go_with_the_rows_when_the_report_is_rolled_back(
    app: Flask,
    visit: Visit,
    member: Member,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    from handyman.photos import Picture

    def fail(*_: object) -> None:
        assert list(settings.photo_folder.iterdir())
        raise RuntimeError

    monkeypatch.setattr("handyman.messages.announce.done", fail)
    db.session.commit()
    picture = Picture(PhotoKind.BEFORE, make_photo(), "0" * 64, 640, 480)
    work = WorkReport(Outcome.DONE, {item.id: item.quantity for item in visit.items}, {}, 30)
    with pytest.raises(RuntimeError):
        flow.finish(visit.id, work, [picture], Actor(ActorKind.MEMBER, member.id), clock())
    assert list(settings.photo_folder.iterdir()) == []
    assert db.session.scalar(select(func.count()).select_from(Photo)) == 0
    assert visit.state is VisitState.ARRIVED


def test_sending_twice_is_sending_once(
    client: Client, path: str, visit: Visit, session: scoped_session[Session], settings: Settings
) -> None:
    for minutes in ("30", "99"):
        answer = report(client, path, photos_form(make_photo(), minutes=minutes))
        assert answer.status_code == 303
    assert "수고하셨습니다" in client.get(path).get_data(as_text=True)
    assert reports(session) == 1
    assert visit.report
    assert visit.report.minutes == 30
    assert len(visit.photos) == 1
    assert len(list(settings.photo_folder.iterdir())) == 2  # and its stamp


def test_photographs_of_the_second_member_are_kept_beside_the_first_report(
    client: Client, path: str, visit: Visit, session: scoped_session[Session]
) -> None:
    report(client, path, photos_form(make_photo(colour="red")))
    report(client, path, photos_form(make_photo(colour="blue")))
    assert reports(session) == 1
    assert len(visit.photos) == 2


def test_two_members_who_finish_at_once_make_one_report(
    app: Flask,
    any_database: str,
    session: scoped_session[Session],
    clock: Clock,
) -> None:
    team = [factories.make_member("박수리"), factories.make_member("이도움")]
    request = factories.make_request(items=[(factories.make_item(team_size=2), 2)])
    visit = factories.make_visit(request, start=clock(), members=team)
    visit_id, request_id = visit.id, request.id
    work = WorkReport(Outcome.DONE, {item.id: item.quantity for item in visit.items}, {}, 30)
    by = [Actor(ActorKind.MEMBER, member.id) for member in team]
    session.commit()
    session.remove()
    failures: list[BaseException] = []

    def send(actor: Actor) -> None:
        try:
            with app.app_context():
                flow.finish(visit_id, work, [], actor, clock())
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=send, args=(actor,)) for actor in by]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert reports(session) == 1
    done = session.get_one(ServiceRequest, request_id)
    assert done.state is RequestState.DONE
    assert done.items[0].done_quantity == 2


def test_nothing_is_reported_before_the_day_or_by_a_link_of_an_offer(
    client: Client, member: Member, session: scoped_session[Session]
) -> None:
    for visit in (
        factories.make_visit(members=[member]),
        factories.make_visit(members=[member], accepted=False),
    ):
        path = f"{factories.make_link(visit, member)[1]}/{visit.id}"
        assert client.get(f"{path}/report").status_code == 303
        assert report(client, path, {"outcome": "done", "minutes": "5"}).status_code == 303
        assert visit.report is None
    assert reports(session) == 0


@pytest.mark.parametrize(
    "address", ["", "/1", "/99999999999999999999", "/0", "/-1", "/x", "/1/report", "/1/photos/1"]
)
@pytest.mark.parametrize("token", ["x", "x" * 3000, "%00", "%F0%9F%92%A9", "' OR 1=1"])
def test_no_address_breaks_the_page(client: Client, token: str, address: str) -> None:
    assert client.get(f"/v/{token}{address}").status_code == 404


def test_a_day_link_with_an_impossible_visit_is_not_found(
    client: Client, member: Member, clock: Clock
) -> None:
    link = links.issue(member.id, clock(), clock() + timedelta(days=1), day=clock().date())
    path = factories.path_of(link)
    for number in (0, 2**31 - 1, 2**31, 2**63, 10**30):
        assert client.get(f"{path}/{number}").status_code == 404


def test_a_note_that_no_keyboard_writes_is_stored_without_it(
    client: Client, path: str, visit: Visit, any_database: str
) -> None:
    report(client, path, {"outcome": "done", "minutes": "5", "note": "가\0나"})
    assert visit.report
    assert visit.report.note == "가나"
