"""One box finds people: by name, initials, number, home or sound, and with the wrong keyboard."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, scoped_session

from handyman.extensions import db, rows
from handyman.models import PersonKey, Resident, Role, User
from handyman.residents.finding import index, search
from handyman.residents.finding.index import follow_rules, write_all
from handyman.residents.finding.keys import RULES, Home, keys_of
from handyman.residents.finding.search import MOST, find
from handyman.residents.finding.statements import AHEAD
from tests.conftest import Client
from tests.factories import (
    make_address,
    make_contact,
    make_person,
    make_phone,
    make_request,
    make_resident,
    make_visit,
)

SignIn = Callable[..., User]
DB = scoped_session[Session]


@pytest.fixture
def people(session: DB) -> dict[str, int]:
    """Five people, by their names."""
    home = make_address(
        "동작구 사당로23길 20-3",
        unit="101동 1203호",
        road_name="사당로23길",
        building_number="20-3",
        jibun="1002-3",
        beopjeong_dong="사당동",
        haengjeong_dong="사당2동",
        building_name="사당현대아파트",
    )
    made = {
        "김명희": make_resident("김명희", "+821012345678", home).id,
        "김미화": make_resident("김미화", "+8228123456").id,
        "이영희": make_resident("이영희", "+821055554444").id,
        "이영호": make_resident("이영호", "+821055553333").id,
        "남궁옥순": make_person("남궁옥순", "+821077778888", organisation="상도 복지관").id,
    }
    session.commit()
    return made


def named(people: dict[str, int], typed: str) -> list[str]:
    names = {person_id: name for name, person_id in people.items()}
    return [names[person_id] for person_id in find(typed)]


def test_a_request_is_found_by_its_number(session: DB, people: dict[str, int]) -> None:
    request = make_request(session.get_one(Resident, people["이영호"]))
    session.commit()
    assert named(people, f" {request.number} ") == ["이영호"]
    assert named(people, "0101-99") == []


FOUND = {
    "김명희": ["김명희"],
    "명희": ["김명희"],
    "김 명희": ["김명희"],
    "김명희 님": ["김명희"],
    "이영희씨": ["이영희"],
    "김명희 할머니": ["김명희"],
    "남궁옥순어르신": ["남궁옥순"],
    "김며": ["김명희"],  # a syllable that is being written
    "ㄱㅁㅎ": ["김명희", "김미화"],
    "ㄱ ㅁ ㅎ": ["김명희", "김미화"],
    "ㄱ ㅁ ㅎ 사당": ["김명희"],
    "ㄱ ㅁㅎ": ["김명희", "김미화"],
    "r ag": ["김명희", "김미화"],
    "ㄱ ㅅㄷㄷ": ["김명희", "김미화"],  # no given name: 사당동 and 상도동
    "김 명 희": ["김명희"],
    "r a g": ["김명희", "김미화"],
    "이 ㅇㅎ": ["이영희", "이영호"],
    "ㅁㅎ": ["김명희", "김미화"],
    "김ㅁㅎ": ["김명희", "김미화"],
    "ㄱㅁㅎ 사당": ["김명희"],
    "rlaaudgml": ["김명희"],
    "rag": ["김명희", "김미화"],
    "이영휘": ["이영희"],
    "영휘": ["이영희"],
    "이영": ["이영희", "이영호"],
    "옥쑨": ["남궁옥순"],
    "남궁": ["남궁옥순"],
    "상도 복지관": [],  # where she works is one name
    "상도복지": ["남궁옥순"],
    "5678": ["김명희"],
    "678": ["김명희"],
    "5 6 7 8": ["김명희"],
    "010-1234": ["김명희"],
    "010 1234 5678": ["김명희"],
    "+82 10-1234-5678": ["김명희"],
    "812-3456": ["김미화"],
    "02 812": ["김미화"],
    "5555": ["이영희", "이영호"],
    "사당로23길 20-3": ["김명희"],
    "사당로23": ["김명희"],
    "동작구 사당로23길 20-3": ["김명희"],
    "서울특별시 동작구 사당로 23길 20-3 101동": ["김명희"],
    "사당로 23길": ["김명희"],
    "동작구": [],  # so does everybody
    "사당동 1002-3": ["김명희"],
    "1002-3": ["김명희"],
    "현대": ["김명희"],
    "ㅅㄷㄹ23": ["김명희"],
    "101동": ["김명희"],
    "현대아파트 101동": ["김명희"],
    "당현대": ["김명희"],
    "23길 20-3": ["김명희"],
    "23길20-3": ["김명희"],
    "23 길 20": ["김명희"],
    "23rlf 20-3": ["김명희"],
    "김 23길": ["김명희"],
    "3길 20-3": [],  # of the number, all is said
    "101동 1203호": ["김명희"],
    "101동1203호": ["김명희"],
    "101 동 1203 호": ["김명희"],
    "동 1203호": ["김명희"],
    "101-1203": ["김명희"],
    "1203호": ["김명희"],
    "사당동 1002-3번지": ["김명희"],
    "김명희 5678": ["김명희"],
    "김명희 5679": [],
    "김명희 상도": [],
    "박없음": [],
    "%": [],
    "_": [],
    "": [],
    "\0": [],
    "ㅏ" * 300: [],
}


@pytest.mark.usefixtures("any_database")
def test_everything_that_people_type(people: dict[str, int]) -> None:
    found = {typed: named(people, typed) for typed in FOUND}
    assert found == FOUND


def test_exact_before_beginning_before_initials_before_sound(session: DB) -> None:
    sound, begun, exact = (make_resident(name).id for name in ("영휘", "영희자", "영희"))
    session.commit()
    assert find("영희") == [exact, begun, sound]


@pytest.mark.usefixtures("any_database")
def test_somebody_with_something_open_goes_before_their_equals_however_many_there_are(session: DB) -> None:
    ids = [make_resident("김순자").id for _ in range(60)]
    last = make_resident("김순자")
    make_request(last)
    session.commit()
    assert find("김순자")[:2] == [last.id, ids[0]]
    assert find("ㄱㅅ 상도")[0] == last.id


@pytest.mark.usefixtures("any_database")
def test_of_a_letter_that_the_whole_town_has_no_more_is_read_than_is_shown(
    session: DB, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_address("동작구 상도로 1", road_name="상도로", building_number="1")
    for number in range(6 * AHEAD):
        resident = make_resident("김순자", f"+82101{number:07d}", home)
        if number >= AHEAD:
            make_request(resident)
    session.commit()
    shown = {typed: find(typed, 1_000)[:MOST] for typed in ("김", "ㄱ", "r", "1", "0", "상")}
    for typed, whom in shown.items():
        read, given = _counted(monkeypatch)
        assert find(typed) == whom
        ways = len(search.read(typed)[0])
        assert sum(read) <= ways * AHEAD + ways + MOST, typed
        assert max(given) <= 2 * ways + 1, typed


@pytest.mark.usefixtures("any_database")
def test_a_surname_apart_from_the_given_name_is_asked_as_one_word_where_enough_are_called_so(
    session: DB, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_address("동작구 사당로 1", road_name="사당로", building_number="1", beopjeong_dong="사당동")
    for number in range(6 * AHEAD):
        make_resident("박소담" if number % 2 else "김순자", f"+82101{number:07d}", home)
    make_request(last := make_resident("김신조", "+821099999999"))
    session.commit()
    together = find("ㄱㅅㅈ")
    read, _given = _counted(monkeypatch)
    assert find("ㄱ ㅅㅈ") == together
    assert together[0] == last.id
    assert sum(read) <= AHEAD + 1 + MOST
    assert len(find("ㅂ ㅅㄷㄷ")) == MOST, "and nobody is called so: it is where they live"


def test_a_word_that_nobody_has_ends_the_search(
    session: DB, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, _given = _counted(monkeypatch)
    assert find("김 없는동네") == []
    assert len(read) == 1


def test_a_way_to_mean_a_word_that_nobody_has_is_not_asked_again(
    session: DB, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _read, given = _counted(monkeypatch)
    assert named(people, "김 사당동")
    assert given[1] < given[0], "nobody is called after the dong"


def _counted(monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], list[int]]:
    """How many rows each question of the search brings, and how many values it is asked with."""
    read: list[int] = []
    given: list[int] = []

    def counted(query: Any, **values: Any) -> Any:
        kept = rows(query, **values).freeze()
        read.append(len(kept().all()))
        given.append(sum(len(each) if isinstance(each, list) else 1 for each in values.values()))
        return kept()

    monkeypatch.setattr(search, "rows", counted)
    return read, given


@pytest.mark.usefixtures("any_database")
def test_keys_follow_every_change_of_name_number_and_home(session: DB, people: dict[str, int]) -> None:
    resident = make_resident("정하늘", "+821011112222", make_address("동작구 만양로 1", road_name="만양로"))
    session.commit()
    person = resident.person
    person.name = "정바다"
    make_phone(person, "+821033334444")
    session.delete(person.phones[0])
    session.commit()
    assert (find("정하늘"), find("정바다")) == ([], [person.id])
    assert (find("11112222"), find("33334444")) == ([], [person.id])
    resident.household.address.road_name = "등용로"
    session.commit()
    assert (find("만양"), find("등용")) == ([], [person.id])
    resident.household.address = make_address("동작구 여의대방로 1", road_name="여의대방로")
    session.commit()
    assert (find("등용"), find("여의대방")) == ([], [person.id])
    written = set(session.execute(select(PersonKey.kind, PersonKey.key, PersonKey.person_id)))
    write_all(session.connection())
    assert written == set(session.execute(select(PersonKey.kind, PersonKey.key, PersonKey.person_id)))


def test_a_road_is_found_from_within_its_name(session: DB) -> None:
    branch = make_address("동작구 여의대방로22나길 55", road_name="여의대방로22나길", building_number="55")
    found = make_resident("정하늘", address=branch).id
    said = make_resident("정바다", address=make_address("서울 동작구 여의대방로22나길 뒷집")).id
    session.commit()
    for typed in ("대방로 22나길", "의대방로22나길", "22나길", "22"):
        assert set(find(typed)) == {found, said}, typed
    assert (find("22나길 55"), find("대방로22나길 뒷집")) == ([found], [said])
    assert find("방로") == []


@pytest.mark.usefixtures("any_database", "people")
def test_keys_are_written_anew_when_the_rules_are_others_and_once(
    session: DB, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, count = session.connection(), select(func.count()).select_from(PersonKey)
    there = session.scalar(count)
    for rules in (RULES, RULES + 1):
        monkeypatch.setattr(index, "RULES", rules)
        for written in (there, 0):
            session.execute(delete(PersonKey))
            follow_rules(connection)
            assert session.scalar(count) == written


def test_whoever_changes_a_key_raises_the_number_of_the_rules() -> None:
    home = Home(
        "동작구 사당로23길 20-3",
        "101동 1203호",
        "사당로23길",
        "20-3",
        "사당동",
        "사당2동",
        "1002-3",
        "사당현대",
    )
    names = ("김명희", "남궁 옥순", "Kim Anna", "최혜례")
    numbers = ["+821012345678", "+8228123456", "+8215881234"]
    keys = [sorted(keys_of(name, "상도 복지관", numbers, home)) for name in names]
    keys.append(sorted(keys_of("박", "", [], Home("서울 동작구 상도동 산 1 언덕집"))))
    assert (RULES, sha256(repr(keys).encode()).hexdigest()[:16]) == (3, "79613bab29b94869")


def test_what_is_rolled_back_leaves_no_key_and_who_goes_takes_theirs_along(session: DB) -> None:
    make_person("정하늘")
    session.flush()
    session.rollback()
    person = make_person("정바다")
    session.commit()
    assert (find("정하늘"), find("정바다")) == ([], [person.id])
    session.delete(person)
    session.commit()
    assert session.scalar(select(func.count()).select_from(PersonKey)) == 0


def test_the_list_tells_dong_last_digits_and_what_is_open(
    client: Client, sign_in: SignIn, people: dict[str, int], session: DB
) -> None:
    resident = db.session.get_one(make_visit(make_request()).resident.__class__, people["김명희"])
    make_visit(make_request(resident))
    make_request(db.session.get_one(type(resident), people["이영희"]), number="1124-77")
    make_contact(resident, make_person("김딸기", "+821099990000"))
    sign_in(Role.OPERATOR)
    page = client.post("/people/suggestions", data={"q": "김명희"}).text
    assert "사당2동" in page
    assert "5678" in page
    assert "내일 11/25(수) 오전 10시~오후 12시" in page
    assert f'data-card="/people/{resident.id}"' in page
    assert f'data-call="/calls/new?person={resident.id}"' in page
    assert "진행 중인 신청 1124-77" in client.post("/people/suggestions", data={"q": "이영희"}).text
    assert "김명희 어르신을 돕는 분" in client.post("/people/suggestions", data={"q": "김딸기"}).text


def test_the_page_without_javascript_lists_many_and_opens_one(
    client: Client, sign_in: SignIn, people: dict[str, int]
) -> None:
    sign_in(Role.OPERATOR)
    listed = client.post("/people", data={"q": "ㄱㅁㅎ"}).text
    assert f'href="/people/{people["김명희"]}"' in listed
    assert f'href="/people/{people["김미화"]}"' in listed
    assert f'href="/calls/new?person={people["김명희"]}"' in listed
    alone = client.post("/people", data={"q": "영휘"})
    assert (alone.status_code, alone.location) == (303, f"/people/{people['이영희']}")
    assert "찾은 사람이 없습니다" in client.post("/people", data={"q": "박없음"}).text
    assert client.get("/people", query_string={"q": "영휘"}).status_code == 200
    assert client.get("/people").status_code == 200


def test_a_call_begins_with_the_person_who_was_found_though_others_share_the_number(
    client: Client, sign_in: SignIn, session: DB
) -> None:
    make_resident("김하나", "+821012120000")
    second = make_resident("김두리", "+821012120000", care_note="귀가 어두움")
    session.commit()
    sign_in(Role.OPERATOR)
    page = client.get(f"/calls/new?person={second.id}").text
    assert 'value="010-1212-0000"' in page
    assert f'name="person_id" id="person_id" value="{second.id}"' in page
    assert 'value="김두리"' in page
    assert client.get("/calls/new?person=999999").status_code == 200


def test_a_question_of_the_box_takes_few_queries(
    client: Client,
    sign_in: SignIn,
    people: dict[str, int],
    count_queries: Callable[[], "object"],
) -> None:
    sign_in(Role.OPERATOR)
    with count_queries() as asked:  # type: ignore[attr-defined]
        client.post("/people/suggestions", data={"q": "ㄱㅁㅎ 사당"})
    assert len(asked) <= 12
