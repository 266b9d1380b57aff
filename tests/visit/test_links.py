"""What a link opens, for whom, and until when."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman import links
from handyman.extensions import settings
from handyman.models import Assignment, AssignmentState, Grade, Member, OfferState, Visit, VisitState
from handyman.visit.opening import is_open
from tests import factories
from tests.conftest import Client, Clock

pytestmark = pytest.mark.usefixtures("session")
OFFICE_NUMBER = "02-820-0000"


@pytest.fixture
def member(session: scoped_session[Session]) -> Member:
    return factories.make_member("박수리")


def make_home(member: Member, start: datetime | None = None, accepted: bool = True, **values: Any) -> Visit:
    address = factories.make_address(unit="101동 1203호", entrance="공동현관 #1234")
    resident = factories.make_resident("김보기", "+821012345678", address, care_note="문을 두드리세요")
    request = factories.make_request(resident, notes="강아지가 있음")
    return factories.make_visit(request, start=start, members=[member], accepted=accepted, **values)


SECRETS = ("상도로 369", "101동 1203호", "#1234", "010-1234-5678", "김보기", "강아지", "문을 두드리세요")


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_an_offer_says_when_where_and_what_without_naming_the_home(client: Client, member: Member) -> None:
    visit = make_home(member, accepted=False)
    page = read(client, factories.make_link(visit, member)[1])
    for words in (
        "내일 11/25(수)",
        "오전 10시",
        "상도1동",
        "전등",
        "오전\N{NO-BREAK SPACE}10시\N{NO-BREAK SPACE}30분까지",
    ):
        assert words in page
    for secret in (*SECRETS, f">{visit.number}<"):
        assert secret not in page


@pytest.mark.parametrize("accepted", [False, True])
def test_whoever_has_left_opens_no_job(client: Client, member: Member, accepted: bool) -> None:
    visit = make_home(member, accepted=accepted)
    path = factories.make_link(visit, member)[1]
    member.active = False
    page = read(client, path, 410)
    assert "상도1동" not in page
    read(client, f"{path}/kit", 410)
    assert client.post(f"{path}/{visit.id}/accept").status_code == 410
    assert visit.state is (VisitState.ASSIGNED if accepted else VisitState.BOOKED)


@pytest.mark.parametrize("slip", ["{}.", "{}/", "v/{}/", "v/{}/1/x", "{:.7}"])
def test_an_address_that_lost_a_letter_or_got_one_says_so_in_the_telephones_own_clothes(
    client: Client, member: Member, sign_in: Callable[..., Any], slip: str
) -> None:
    token = factories.make_link(make_home(member), member)[1].rpartition("/")[2]
    wrong = "/" + slip.format(token)
    page = read(client, wrong, 404)
    for words in (
        'class="ph-body"',
        "열 수 없는 주소입니다",
        "처음부터 끝까지",
        f"tel:{OFFICE_NUMBER.replace('-', '')}",
    ):
        assert words in page
    sign_in("operator")
    assert "처음 화면으로" in read(client, "/nowhere", 404), "whoever works in the office knows these pages"


@pytest.mark.parametrize("accepted", [False, True])
def test_two_who_go_together_read_who_leads(client: Client, member: Member, accepted: bool) -> None:
    other = factories.make_member("이나래")
    request = factories.make_request(items=[factories.make_item("rail", team_size=2)])
    visit = factories.make_visit(request, members=[member, other], accepted=accepted)
    pages = [read(client, factories.make_link(visit, each)[1]) for each in (member, other)]
    assert ["이 일은 제가 담당입니다" in page for page in pages] == [True, False]
    assert ["저는 담당을 돕습니다" in page for page in pages] == [False, True]


@pytest.mark.parametrize(
    ("telephone", "opens"),
    [("Linux; Android 14", "geo:37.5"), ("iPhone; CPU iPhone OS 15_8", "https://maps.apple.com/?daddr=37.5")],
)
def test_the_telephones_own_map_is_one_that_it_knows(
    client: Client, member: Member, clock: Clock, telephone: str, opens: str
) -> None:
    visit = make_home(member, clock() + timedelta(hours=1))
    member.map_app = "phone"
    path = factories.make_link(visit, member)[1]
    page = client.get(path, headers={"User-Agent": f"Mozilla/5.0 ({telephone})"}).get_data(as_text=True)
    assert f'id="way" href="{opens}' in page


def test_whoever_is_written_to_in_english_reads_the_pages_in_english(client: Client, member: Member) -> None:
    anna = factories.make_member("Anna Kim", language="en")
    visit, day = make_home(anna), datetime(2026, 11, 24, 1, tzinfo=UTC)
    asked = make_home(anna, accepted=False)
    whole_day = factories.path_of(links.issue(anna.id, day, day + timedelta(days=2), day=visit.day))
    paths = [factories.make_link(each, anna)[1] for each in (visit, asked)]
    for path in (*paths, f"{paths[1]}/{asked.id}/decline", whole_day):
        assert 'lang="en"' in read(client, path)
    assert "I will go" in read(client, paths[1])
    assert 'lang="ko"' in read(client, factories.make_link(make_home(member), member)[1])


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 11, 24, 7, 59, tzinfo=UTC), False),  # 16:59 the day before
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), True),  # 17:00 the day before
        (datetime(2026, 11, 25, 8, 59, tzinfo=UTC), True),  # window until 12:00, six hours on
        (datetime(2026, 11, 25, 9, 0, tzinfo=UTC), False),
    ],
)
def test_the_home_is_open_to_the_team_from_the_evening_before_until_shortly_after(
    client: Client, member: Member, clock: Clock, at: datetime, shown: bool
) -> None:
    visit = make_home(member)
    path = factories.make_link(visit, member)[1]
    clock.set(at)
    page = read(client, path)
    assert [secret in page for secret in SECRETS] == [shown] * len(SECRETS)
    assert (f'ph-door-number">{visit.number}<' in page) is shown
    assert "상도1동" in page or shown
    assert ("지난 방문입니다" in page) is (not shown and at > visit.window_end)


@pytest.mark.parametrize(("hours", "opened"), [(5, True), (6, False), (8, False), (23, False), (29, False)])
def test_a_late_report_opens_no_door_again(hours: int, opened: bool) -> None:
    """Work that went on until four in the afternoon; or a report of that evening, or of the next day."""
    start, end = (datetime(2026, 11, 25, hour, tzinfo=UTC) for hour in (0, 2))
    finished = end + timedelta(hours=hours)
    assert is_open(finished + timedelta(hours=2), start, end, finished) is opened


@pytest.mark.parametrize(("grade", "shown"), [(Grade.ROAD, True), (Grade.BUILDING, False)])
def test_where_only_the_road_is_known_the_words_of_the_call_are_shown(
    client: Client, member: Member, clock: Clock, grade: Grade, shown: bool
) -> None:
    visit = make_home(member)
    visit.address.said, visit.address.grade = "상도로 99999 파란 대문", grade
    path = factories.make_link(visit, member)[1]
    clock.set(visit.start - timedelta(hours=1))
    assert ("상도로 99999 파란 대문" in read(client, path)) is shown


def test_the_shorter_address_of_a_text_opens_the_same(client: Client, member: Member) -> None:
    visit = make_home(member, accepted=False)
    link, path = factories.make_link(visit, member)
    in_text = links.url(link).removeprefix(settings().public_base_url)
    assert len(in_text) < len(path)
    assert all(f"{path}/{visit.id}/accept" in read(client, each) for each in (in_text, path))


@pytest.mark.parametrize("path", ["/v/madeUpToken0", "/madeUpToken0"])
def test_a_made_up_link_leads_to_the_office(client: Client, path: str) -> None:
    page = read(client, path, 404)
    assert "열 수 없는 주소" in page
    assert OFFICE_NUMBER in page
    assert "tel:028200000" in page


def test_a_token_is_short_and_of_letters_that_telephones_and_people_tell_apart(member: Member) -> None:
    tokens = [links.url(factories.make_link(make_home(member), member)[0]).rsplit("/")[-1] for _ in range(30)]
    assert len(set(tokens)) == 30
    for token in tokens:
        assert re.fullmatch(r"[A-Z2-9][A-Za-z2-9]{7}", token)
        assert not set(token) & set("IOl")


def test_the_tables_alone_open_no_link_though_it_is_short(member: Member) -> None:
    link = factories.make_link(make_home(member), member)[0]
    token = links.url(link).rsplit("/")[-1]
    assert link.token_hash != hashlib.sha256(token.encode()).hexdigest(), "all there are could be tried"


def test_a_link_of_an_earlier_release_still_opens_and_is_still_sent(client: Client, member: Member) -> None:
    link, path = factories.make_link(make_home(member), member)
    link.nonce = "0123456789abcdef" * 2
    token = links.url(link).rsplit("/")[-1]
    link.token_hash = hashlib.sha256(token.encode()).hexdigest()
    assert len(token) == 12
    for place in (f"/{token}", f"/v/{token}"):
        assert "상도1동" in read(client, place)
    read(client, path, 404)


def test_two_links_never_have_one_token(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["a" * 24, "a" * 24, "b" * 24])
    monkeypatch.setattr("handyman.links.secrets.token_hex", lambda _bytes: next(drawn))
    assert [factories.make_link(make_home(member), member)[0].nonce[0] for _ in range(2)] == ["a", "b"]


def test_a_link_past_its_time_leads_to_the_office(client: Client, member: Member, clock: Clock) -> None:
    visit = make_home(member)
    path = factories.make_link(visit, member, clock() + timedelta(hours=1))[1]
    clock.advance(hours=1)
    page = read(client, path, 410)
    assert "기간이 지난 주소" in page
    assert OFFICE_NUMBER in page


def test_a_link_that_was_taken_back_leads_to_the_office(client: Client, member: Member, clock: Clock) -> None:
    link, path = factories.make_link(make_home(member), member)
    link.revoked_at = clock()
    assert "기간이 지난 주소" in read(client, path, 410)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (OfferState.DECLINED, "못 가신다고 전했습니다"),
        (OfferState.EXPIRED, "대답할 시간이 지났습니다"),
        (OfferState.WITHDRAWN, "가지 않으셔도 됩니다"),
    ],
)
def test_a_link_that_is_used_up_says_what_became_of_it(
    client: Client, member: Member, state: OfferState, words: str
) -> None:
    visit = make_home(member, accepted=False)
    place = visit.assignments[0]
    place.offers[0].state = state
    place.state, place.member_id = AssignmentState.OPEN, None
    page = read(client, factories.make_link(visit, member)[1], 410)
    assert words in page
    assert OFFICE_NUMBER in page
    assert "김보기" not in page


def test_an_offer_nobody_has_put_away_yet_is_over_at_its_time(
    client: Client, member: Member, clock: Clock
) -> None:
    visit = make_home(member, accepted=False)
    path = factories.make_link(visit, member)[1]
    clock.advance(minutes=30)
    assert "대답할 시간이 지났습니다" in read(client, path, 410)


def test_a_cancelled_visit_needs_nobody(client: Client, member: Member) -> None:
    visit = make_home(member)
    visit.state = VisitState.CANCELLED
    visit.assignments[0].state = AssignmentState.CLOSED
    assert "취소되었습니다" in read(client, factories.make_link(visit, member)[1], 410)


def test_a_link_opens_no_other_visit(client: Client, member: Member) -> None:
    path = factories.make_link(make_home(member), member)[1]
    other = make_home(member)
    assert "열 수 없는 주소" in read(client, f"{path}/{other.id}", 404)
    assert client.post(f"{path}/{other.id}/travel").status_code == 404


def test_a_link_of_a_member_who_was_never_asked_opens_nothing(client: Client, member: Member) -> None:
    visit = make_home(member)
    stranger = factories.make_member("최남남")
    assert "열 수 없는 주소" in read(client, factories.make_link(visit, stranger)[1], 404)


def test_a_days_link_lists_the_day_in_order_and_opens_each_job(
    client: Client, member: Member, clock: Clock
) -> None:
    late = make_home(member, clock() + timedelta(hours=5))
    early = make_home(member, clock() + timedelta(hours=1))
    tomorrow = make_home(member, clock() + timedelta(days=1))
    called_off = make_home(member, clock() + timedelta(hours=3))
    called_off.state, called_off.assignments[0].state = VisitState.CANCELLED, AssignmentState.CLOSED
    theirs = make_home(factories.make_member("최남남"), clock() + timedelta(hours=2))
    link = links.issue(member.id, clock(), clock() + timedelta(days=1), day=early.day)
    path = factories.path_of(link)
    page = read(client, path)
    assert page.index(f"{path}/{early.id}") < page.index("취소되었습니다") < page.index(f"{path}/{late.id}")
    for other in (tomorrow, theirs):
        assert f"{path}/{other.id}" not in page
        assert client.get(f"{path}/{other.id}").status_code == 404
    assert "출발했습니다" in read(client, f"{path}/{early.id}")


def test_a_job_that_is_over_and_not_reported_is_not_said_to_be_under_way(
    client: Client, member: Member, clock: Clock
) -> None:
    done, under_way = (make_home(member, clock() + timedelta(hours=hours)) for hours in (0, 2))
    done.state = under_way.state = VisitState.ARRIVED
    done.ended_at = clock()
    link = links.issue(member.id, clock(), clock() + timedelta(days=1), day=done.day)
    page = read(client, factories.path_of(link))
    assert (page.count("보고가 남았습니다"), page.count("지금 하는 일")) == (1, 1)
    assert page.index("보고가 남았습니다") < page.index("지금 하는 일")


def test_the_second_of_a_team_sees_who_leads(client: Client, member: Member, clock: Clock) -> None:
    second = factories.make_member("이도움")
    item = factories.make_item(team_size=2)
    visit = factories.make_visit(
        factories.make_request(items=[item]), start=clock() + timedelta(hours=1), members=[member, second]
    )
    page = read(client, factories.make_link(visit, second)[1])
    assert "박수리" in page
    assert "담당" in page
    assert "출발했습니다" in page


def test_the_address_of_the_page_goes_to_nobody_else(client: Client, member: Member) -> None:
    answer = client.get(factories.make_link(make_home(member), member)[1])
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "private" in answer.headers["Cache-Control"]


def test_guessing_tokens_is_stopped(make_app: Callable[..., Any], member: Member) -> None:
    path = factories.make_link(make_home(member), member)[1]
    browser = make_app().test_client()
    answers = [browser.get(f"/v/guess{number:07d}").status_code for number in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert browser.get(path).status_code == 429  # the same address has to wait a minute


def test_what_an_open_page_asks_by_itself_takes_no_room_from_what_people_press(
    make_app: Callable[..., Any], member: Member, clock: Clock
) -> None:
    visit = make_home(member, clock() + timedelta(minutes=30))
    path = f"{factories.make_link(visit, member)[1]}/{visit.id}"
    browser = make_app().test_client()
    assert {browser.get(f"{path}/news").status_code for _look in range(241)} == {200}
    assert browser.get(path).status_code == 200


def test_the_job_page_asks_few_questions_of_the_database(
    client: Client, member: Member, count_queries: Callable[[], Any]
) -> None:
    path = factories.make_link(make_home(member), member)[1]
    client.get(path)
    with count_queries() as asked:
        client.get(path)
    assert len(asked) <= 10  # with what to bring, what was missing the last time, and who repaired it before


def test_a_team_that_lost_a_place_waits(client: Client, member: Member, clock: Clock) -> None:
    item = factories.make_item(team_size=2)
    visit = factories.make_visit(
        factories.make_request(items=[item]), start=clock() + timedelta(hours=1), members=[member]
    )
    visit.state = VisitState.BOOKED
    path = factories.make_link(visit, member)[1]
    page = read(client, path)
    assert "두 사람이 함께 가는 일" in page
    assert "출발했습니다" not in page
    assert client.post(f"{path}/{visit.id}/travel").status_code == 303
    assert visit.state is VisitState.BOOKED
    assert isinstance(visit.assignments[1], Assignment)


def test_a_form_that_grew_old_is_refused_in_the_pages_own_clothes(
    make_app: Callable[..., Any], member: Member, session: scoped_session[Session]
) -> None:
    visit = make_home(member, accepted=False)
    path = factories.make_link(visit, member)[1]
    session.commit()
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post(f"{path}/{visit.id}/accept")
    assert answer.status_code == 400
    assert "문자에 있는 주소를 다시 눌러 주십시오" in answer.get_data(as_text=True)
    assert visit.assignments[0].offers[0].state is OfferState.OFFERED


@pytest.mark.parametrize(
    ("written_in", "browser", "says"),
    [
        ("en", "ko-KR", "This address has expired"),
        ("ko", "en-GB", "기간이 지난 주소입니다"),
    ],
)
def test_a_link_that_is_over_says_so_as_its_owner_is_written_to(
    client: Client, member: Member, clock: Clock, written_in: str, browser: str, says: str
) -> None:
    member.language = written_in
    path = factories.make_link(make_home(member), member, clock() + timedelta(hours=1))[1]
    clock.advance(hours=2)
    answer = client.get(path, headers={"Accept-Language": browser})
    assert answer.status_code == 410
    assert says in answer.text


@pytest.mark.parametrize("place", ["/v/", "/", "/r/"])
@pytest.mark.parametrize(
    ("browser", "says"),
    [
        ("en-GB,ko;q=0.5", "This address cannot be opened"),
        ("ko-KR,en;q=0.5", "열 수 없는 주소입니다"),
        ("de", "열 수 없는 주소입니다"),
        ("", "열 수 없는 주소입니다"),
    ],
)
def test_an_unknown_address_is_told_as_the_browser_asks_korean_first(
    client: Client, place: str, browser: str, says: str
) -> None:
    answer = client.get(f"{place}neverIssued0", headers={"Accept-Language": browser} if browser else {})
    assert answer.status_code == 404
    assert says in answer.text
