"""Two records of one person become one; nothing is lost, what conflicts is refused, one press parts them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import flow
from handyman.extensions import db, now
from handyman.models import (
    Actor,
    ActorKind,
    AuditEntry,
    Consent,
    ConsentKind,
    Member,
    Message,
    Person,
    PersonKey,
    PersonMerge,
    PersonName,
    PersonPhone,
    RecipientKind,
    Resident,
    Role,
    User,
    Visit,
    VisitingWish,
    VisitState,
    WishedBy,
    WishKind,
)
from handyman.residents.finding.search import find
from handyman.residents.merging.merge import REFS
from handyman.residents.merging.pairs import find_pairs, find_pairs_of
from handyman.residents.merging.refusals import MergeError, Why
from tests.conftest import Client
from tests.factories import (
    make_address,
    make_check_rule,
    make_contact,
    make_member,
    make_message,
    make_person,
    make_phone,
    make_request,
    make_resident,
    make_user,
    make_visit,
)
from tests.intake.calls import call_form, make_catalogue

SignIn = Callable[..., User]
DB = scoped_session[Session]


@pytest.fixture
def by(session: DB) -> Actor:
    return Actor(ActorKind.USER, make_user().id)


def wish(resident: Resident, member: Member, kind: WishKind) -> None:
    db.session.add(
        VisitingWish(
            resident_id=resident.id,
            member_id=member.id,
            wish=kind,
            wished_by=WishedBy.RESIDENT,
            logged_at=now(),
        )
    )
    db.session.flush()


@pytest.fixture
def two(session: DB) -> tuple[Resident, Resident]:
    """Kim Yeonghui and Kim Yeonghwi, as two operators heard her name; the second record has everything."""
    kept = make_resident("김영희", "+821011110001", birth_year=1944, care_note="귀가 어두움")
    gone = make_resident("김영휘", "+821011110001", care_note="개를 키움")
    make_phone(gone.person, "+8228120001")
    helper = make_person("김딸기")
    make_contact(kept, helper)
    make_contact(gone, helper)
    make_contact(gone, make_person("이웃집"))
    make_contact(make_resident("박이웃"), gone.person)
    make_request(make_resident("최이웃"), caller=gone.person)
    visit = make_visit(make_request(gone), members=[make_member()])
    make_message(gone.person, visit=visit)
    wish(gone, make_member("이원함"), WishKind.RATHER)
    make_check_rule(gone)
    user = make_user()
    db.session.add(PersonName(person_id=gone.id, name="김영회", changed_at=now(), changed_by_id=user.id))
    db.session.add(
        Consent(
            person_id=gone.id,
            kind=ConsentKind.PROCESSING,
            script_version="1",
            given=True,
            read_by_id=user.id,
            at=now(),
        )
    )
    session.commit()
    return kept, gone


def everything(session: DB) -> dict[str, list[Any]]:
    """All rows that name people, by table; without what says when and by whom."""
    session.expire_all()
    found: dict[str, list[Any]] = {}
    for table in {ref.table for ref in REFS} | {Person, Resident, PersonKey}:
        columns = table.__table__.columns
        found[table.__tablename__] = sorted(map(repr, session.execute(select(*columns)).all()))
    return found


def holds(session: DB, person_id: int) -> dict[str, int]:
    session.expire_all()
    return {
        ref.name: len(session.scalars(select(ref.column).where(ref.column == person_id)).all())
        for ref in REFS
    }


@pytest.mark.usefixtures("any_database")
def test_everything_moves_and_one_step_puts_it_back(
    session: DB, two: tuple[Resident, Resident], by: Actor
) -> None:
    kept_id, gone_id = (each.id for each in two)
    session.commit()
    before = everything(session)
    row_id = flow.merge_people(kept_id, gone_id, by, now()).id
    assert set(holds(session, gone_id).values()) == {0}
    assert holds(session, kept_id) == {
        "phones": 2,
        "names": 1,
        "consents": 1,
        "stands_by": 1,
        "called": 1,
        "messages": 1,
        "requests": 1,
        "visits": 1,
        "check_rules": 1,
        "contacts": 2,
        "wishes": 1,
    }
    resident = session.get_one(Resident, kept_id)
    assert (resident.birth_year, resident.care_note) == (1944, "귀가 어두움 / 개를 키움")
    assert session.get(Resident, gone_id) is None
    assert find("김영휘") == [kept_id], "as it is heard, and nobody else"
    assert find("28120001") == [kept_id]
    marks = session.scalars(select(AuditEntry.entity_id).where(AuditEntry.moved_to == "merged")).all()
    assert sorted(marks) == sorted([kept_id, gone_id])
    flow.undo_merge(row_id, by, now())
    assert everything(session) == before
    with pytest.raises(MergeError) as error:
        flow.undo_merge(row_id, by, now())
    assert error.value.code is Why.UNDONE


def test_a_caller_who_is_also_a_resident_becomes_one_who_lives_there(session: DB, by: Actor) -> None:
    caller, resident = make_person("김영희", "+821011110001"), make_resident("김영희")
    make_request(resident)
    session.commit()
    before = everything(session)
    row_id = flow.merge_people(caller.id, resident.id, by, now()).id
    assert session.get_one(Resident, caller.id).household_id is not None
    flow.undo_merge(row_id, by, now())
    assert everything(session) == before


@pytest.mark.usefixtures("any_database")
def test_what_was_booked_and_told_since_goes_back_with_its_request(
    session: DB, two: tuple[Resident, Resident], by: Actor
) -> None:
    kept, gone = two
    request = make_request(gone)
    session.commit()
    kept_id, gone_id, request_id = kept.id, gone.id, request.id
    row_id = flow.merge_people(kept_id, gone_id, by, now()).id
    session.expire_all()
    visit = make_visit(session.get_one(type(request), request_id), start=now() + timedelta(days=3))
    message = make_message(session.get_one(Person, kept_id), visit=visit)
    session.commit()
    flow.undo_merge(row_id, by, now())
    session.expire_all()
    assert visit.resident_id == gone_id
    assert message.recipient_id == gone_id


def test_a_visit_for_requests_of_both_stands_against_parting(
    session: DB, two: tuple[Resident, Resident], by: Actor
) -> None:
    kept, gone = two
    of_kept, of_gone = make_request(kept), make_request(gone)
    session.commit()
    row_id = flow.merge_people(kept.id, gone.id, by, now()).id
    session.expire_all()
    visit = make_visit(of_kept, start=now() + timedelta(days=3))
    other = make_visit(of_gone, start=now() + timedelta(days=4))
    for item in other.items:
        item.visit_id = visit.id
    session.commit()
    with pytest.raises(MergeError) as error:
        flow.undo_merge(row_id, by, now())
    assert error.value.code is Why.CHANGED_SINCE
    assert session.get_one(PersonMerge, row_id).undone_at is None


def _related(kept: Resident, gone: Resident) -> None:
    make_contact(kept, gone.person)


def _called(kept: Resident, gone: Resident) -> None:
    make_request(gone, caller=kept.person)


def _birth_years(_kept: Resident, gone: Resident) -> None:
    gone.birth_year = 1950


def _two_places(kept: Resident, gone: Resident) -> None:
    make_visit(make_request(kept, address=make_address("사당로 1")))
    make_visit(make_request(gone, address=make_address("사당로 2")))


def _under_way(_kept: Resident, gone: Resident) -> None:
    make_visit(make_request(gone), start=now() + timedelta(days=2), state=VisitState.ON_THE_WAY)


def _wishes(kept: Resident, gone: Resident) -> None:
    member = make_member("박갈림")
    wish(kept, member, WishKind.MUST_NOT)
    wish(gone, member, WishKind.RATHER)


@pytest.mark.parametrize(
    ("why", "bind"),
    [
        (Why.RELATED, _related),
        (Why.RELATED, _called),
        (Why.BIRTH_YEARS, _birth_years),
        (Why.TWO_PLACES, _two_places),
        (Why.UNDER_WAY, _under_way),
        (Why.WISHES, _wishes),
    ],
)
def test_what_binds_them_apart_is_said_and_nothing_moves(
    session: DB,
    client: Client,
    sign_in: SignIn,
    two: tuple[Resident, Resident],
    why: Why,
    bind: Callable[[Resident, Resident], None],
) -> None:
    kept, gone = two
    bind(kept, gone)
    sign_in(Role.OPERATOR)
    before = everything(session)
    looked = client.get(f"/people/{kept.id}/merge?with={gone.id}")
    answer = client.post(f"/people/{kept.id}/merge", data={"with": str(gone.id)})
    assert (looked.status_code, answer.status_code) == (200, 409)
    assert 'role="alert"' in looked.text
    assert 'role="alert"' in answer.text
    assert everything(session) == before
    with pytest.raises(MergeError) as error:
        flow.merge_people(kept.id, gone.id, Actor(ActorKind.USER, 1), now())
    assert error.value.code is why


def test_the_pages_show_both_make_one_and_part_them(
    session: DB, client: Client, sign_in: SignIn, two: tuple[Resident, Resident]
) -> None:
    kept_id, gone_id = (each.id for each in two)
    sign_in(Role.OPERATOR)
    listed = client.get("/people/pairs").text
    assert f"/people/{kept_id}/merge?with={gone_id}" in listed
    assert "다른 기록일 수 있습니다" in client.get(f"/people/{kept_id}").text
    assert "김영휘" in client.post(f"/people/{kept_id}/merge/find", data={"q": "영휘"}).text
    both = client.get(f"/people/{kept_id}/merge?with={gone_id}").text
    assert "02-812-0001" in both
    assert "개를 키움" in both
    answer = client.post(f"/people/{kept_id}/merge", data={"with": str(gone_id)})
    assert (answer.status_code, answer.location) == (303, f"/people/{kept_id}")
    moved = client.get(f"/people/{gone_id}")
    assert (moved.status_code, moved.location) == (303, f"/people/{kept_id}")
    card = client.get(f"/people/{kept_id}").text
    session.rollback()
    row = session.scalars(select(PersonMerge)).one()
    assert f"/merges/{row.id}/undo" in card
    assert client.post(f"/people/{kept_id}/merge", data={"with": str(gone_id)}).status_code == 409
    parted = client.post(f"/merges/{row.id}/undo", data={"back": str(kept_id)})
    assert parted.status_code == 303
    assert client.get(f"/people/{gone_id}").status_code == 200
    again = client.post(f"/merges/{row.id}/undo", data={"back": str(kept_id)})
    assert "이미 되돌렸습니다" in client.get(again.location).text


def test_what_neither_record_has_is_no_matter_of_the_merge(
    session: DB, client: Client, sign_in: SignIn, two: tuple[Resident, Resident]
) -> None:
    kept, gone = two
    sign_in(Role.OPERATOR)
    path = f"/people/{kept.id}/merge?with={gone.id}"
    assert "알아 둘 것" in client.get(path).text
    for each in session.scalars(select(Resident)):
        each.care_note = ""
    session.commit()
    page = client.get(path).text
    assert "알아 둘 것" not in page
    assert "출생 연도" in page, "one of them has it"


def test_a_call_form_that_was_open_before_files_nobody_anew(
    session: DB, client: Client, sign_in: SignIn
) -> None:
    make_catalogue()
    kept = make_resident("김가람", "+821011110001")
    gone = make_resident("김가람", "+821000007777")
    sign_in(Role.OPERATOR)
    flow.merge_people(kept.id, gone.id, Actor(ActorKind.USER, make_user().id), now())
    typed = call_form(person_id=str(gone.id), address="상도로 369")
    assert client.post("/calls", data=typed).status_code == 303
    session.rollback()
    assert [row.id for row in session.scalars(select(Resident))] == [kept.id]


def test_likely_pairs_are_of_one_number_and_sound_or_of_one_door_and_name(session: DB) -> None:
    home = make_address("상도로 1", place_key="road:동작구 상도로:1|")
    heard = make_resident("김영희", "+821011110001"), make_resident("김영휘", "+821011110001")
    door = make_resident("박순자", address=home), make_resident("박순자", address=home)
    make_resident("박순옥", address=home)
    make_resident("이남편", "+821011110001")
    make_resident("김영희", "+821011110009", make_address("상도로 9"))
    session.commit()
    found = {(pair.one, pair.other): pair.by_number for pair in find_pairs()}
    assert found == {
        (heard[0].id, heard[1].id): True,
        (door[0].id, door[1].id): False,
    }
    assert [(pair.one, pair.other) for pair in find_pairs_of(door[1].person)] == [(door[0].id, door[1].id)]


def test_nothing_of_the_emptied_record_is_left_to_be_texted(
    session: DB, two: tuple[Resident, Resident], by: Actor
) -> None:
    kept_id, gone_id = (each.id for each in two)
    flow.merge_people(kept_id, gone_id, by, now())
    to_people = select(Message.recipient_id).where(Message.recipient_kind == RecipientKind.PERSON)
    assert gone_id not in session.scalars(to_people).all()
    assert gone_id not in session.scalars(select(Visit.resident_id)).all()
    assert gone_id not in session.scalars(select(PersonPhone.person_id)).all()


def test_so_are_those_of_one_building_without_a_flat_and_of_one_door_misheard(session: DB) -> None:
    house, flat = "road:동작구 상도로:5|", "road:동작구 상도로:5|102호"
    bare, door = (
        make_address("상도로 5", place_key=house),
        make_address("상도로 5", place_key=flat, unit="102호"),
    )
    other = make_address("상도로 5", place_key=f"{house}201호", unit="201호")
    first, without = make_resident("조시험", address=door), make_resident("조씨험", address=bare)
    misheard = make_resident("조시헌", address=door)
    make_resident("조시험", address=other)
    make_resident("박다른", address=bare)
    session.commit()
    found = {(pair.one, pair.other) for pair in find_pairs()}
    assert {(first.id, without.id), (first.id, misheard.id)} <= found
    named = {each for pair in found for each in pair}
    assert len(named) == 4, "the other flat's may be the one without a flat, too"
    assert {(p.one, p.other) for p in find_pairs_of(first.person)} == {
        (first.id, without.id),
        (first.id, misheard.id),
    }
