"""The database goes up and down, empty and filled, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import func, inspect, select, text

from handyman.extensions import db
from handyman.models import (
    SYSTEM,
    Actor,
    ActorKind,
    Address,
    Answer,
    Channel,
    Grade,
    Heard,
    Message,
    MessageState,
    PlanKind,
    PlanReason,
    PlanRun,
    PlanState,
    ReachAnswer,
    Visit,
    VisitingWish,
    WishedBy,
    WishKind,
    record,
    texts_to_pass_on,
)
from tests.conftest import demo_file
from tests.copying import copy_rows
from tests.factories import make_member, make_message, make_person, make_visit, make_wish

S = MessageState
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
SAID = {  # of a text, in the log: by whom, what became of it, and why
    "let_go": (SYSTEM, "superseded", "moved"),
    "told": (Actor(ActorKind.USER, 1), "told", ""),
    "late": (SYSTEM, "arrived_after_all", ""),
    "read": (SYSTEM, "superseded", "answered"),
    "answered_before_it_left": (SYSTEM, "canceled", "answered"),
}
FOLDER = str(Path(__file__).parent.parent / "migrations")


@pytest.fixture
def bare(
    any_database: str, request: pytest.FixtureRequest, make_app: Callable[..., Flask]
) -> Iterator[Flask]:
    """An application on a database without any table."""
    folder = request.getfixturevalue("tmp_path")
    url = f"sqlite:///{folder}/bare.sqlite3"
    if any_database == "postgres":
        url = request.getfixturevalue("postgres_url")
    app = make_app(DATABASE_URL=url)
    with app.app_context():
        db.drop_all()
        yield app
        db.session.remove()


@pytest.fixture
def made_once_of(
    any_database: str,
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str, Callable[[str], None]], Flask]:
    """An application on a copy of a database that the migrations made, and that was filled once."""

    def fill(url: str, then: Callable[[str], None]) -> None:
        with make_app(DATABASE_URL=url).app_context():
            flask_migrate.upgrade(FOLDER)
            db.session.remove()
            db.engine.dispose()
        then(url)

    def make(kind: str, then: Callable[[str], None]) -> Flask:
        if any_database == "postgres":
            copy = request.getfixturevalue("postgres_copy")
            return make_app(DATABASE_URL=copy(kind, lambda url: fill(url, then)))
        file = tmp_path_factory.getbasetemp() / f"{kind}.sqlite3"
        if not file.exists():
            fill(f"sqlite:///{file}", then)
        shutil.copyfile(file, tmp_path / file.name)
        return make_app(DATABASE_URL=f"sqlite:///{tmp_path / file.name}")

    return make


@pytest.fixture
def filled(made_once_of: Callable[..., Flask], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on the demo's rows in tables that the migrations made."""
    app = made_once_of("migrated_demo", lambda url: copy_rows(demo_file(tmp_path_factory), url))
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def migrated(made_once_of: Callable[..., Flask]) -> Iterator[Flask]:
    """An application on tables that the migrations made, without any row."""
    with made_once_of("migrated", lambda _url: None).app_context() as context:
        yield context.app
        db.session.remove()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_an_empty_database_goes_up_down_and_up(bare: Flask) -> None:
    flask_migrate.upgrade(FOLDER)
    assert tables() == set(db.metadata.tables)
    flask_migrate.downgrade(FOLDER, revision="base")
    assert tables() == set()
    flask_migrate.upgrade(FOLDER)
    assert tables() == set(db.metadata.tables)


@pytest.mark.usefixtures("filled")
def test_a_filled_database_goes_down_one_step_and_up_again() -> None:
    visits = db.session.scalar(select(func.count()).select_from(Visit))
    db.session.remove()
    scripts = ScriptDirectory(FOLDER)
    steps = [step.revision for step in scripts.walk_revisions()]
    for step in [*steps[1:], "base"]:  # every step down with rows in the tables
        flask_migrate.downgrade(FOLDER, revision=step)
    assert tables() == set()
    flask_migrate.upgrade(FOLDER)
    assert tables() == set(db.metadata.tables)
    assert visits is not None
    assert visits > 200


@pytest.mark.usefixtures("filled")
def test_a_filled_database_keeps_its_rows_when_it_comes_up_from_the_first_step() -> None:
    before = [db.session.scalar(select(func.count()).select_from(kind)) for kind in (Visit, Message)]
    keys = select(Address.place_key).order_by(Address.id)
    before_keys = db.session.scalars(keys).all()
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0001")
    with db.engine.connect() as connection:  # as they were stored before a table held more than one district
        assert not any(
            "동작구 " in key for (key,) in connection.execute(text("SELECT place_key FROM addresses"))
        )
    flask_migrate.upgrade(FOLDER)
    after = [db.session.scalar(select(func.count()).select_from(kind)) for kind in (Visit, Message)]
    assert before == after
    assert db.session.scalars(keys).all() == before_keys
    assert any(key.startswith("road:동작구 ") for key in before_keys)


@pytest.mark.usefixtures("migrated")
def test_a_plan_that_was_put_back_comes_down_as_one_that_was_left() -> None:
    day, at = date(2026, 11, 24), datetime(2026, 11, 24, tzinfo=UTC)
    words = {"kind": PlanKind.DAY, "reason": PlanReason.BY_HAND, "first_day": day, "last_day": day}
    db.session.add(PlanRun(**words, state=PlanState.UNDONE, asked_at=at, seconds=1, taken={"places": []}))
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0022")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT state FROM plan_runs")).scalar() == "left"
    flask_migrate.upgrade(FOLDER)
    assert db.session.scalars(select(PlanRun.taken)).one() is None


STORED = {  # place key, source, grade: what the step down and up makes of the key, and whether it was decided
    ("road:동작구 상도로:1|", "embedded", "building"): ("road:동작구 상도로:1|", False),
    ("road:관악구 남부순환로:1|", "embedded", "building"): ("road:관악구 남부순환로:1|", False),
    ("lot:중구 신당동:1|", "table", "lot"): ("lot:중구 신당동:1|", True),
    ("road:동작구 상도로:2|", "kakao", "building"): ("road:동작구 상도로:2|", True),
    ("said:동작구 상도로 9999|", "operator", "placed"): ("", True),
}


@pytest.mark.usefixtures("migrated")
def test_choices_and_other_districts_come_through_a_step_down_and_up() -> None:
    for key, source, grade in STORED:
        row = {"said": key, "label": key, "place_key": key, "source": source, "grade": Grade(grade)}
        db.session.add(Address(**row, lat=37.5, lon=126.9, decided=STORED[key, source, grade][1]))
    db.session.add(
        Address(said="x", label="x", place_key="road:동작구 상도로:3|", source="kakao", decided=False)
    )
    for said, unit in (("y", "반지하"), ("z", "101-1203")):
        db.session.add(Address(said=said, label="", unit=unit, place_key=f"road:동작구 상도로:4|{unit}"))
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0003")
    flask_migrate.upgrade(FOLDER)
    found = {row.said: row for row in db.session.scalars(select(Address))}
    assert (found["y"].place_key, found["y"].unit) == ("road:동작구 상도로:4|지층", "지층")
    assert (found["z"].place_key, found["z"].unit) == ("road:동작구 상도로:4|101동 1203호", "101동 1203호")
    for (key, source, grade), (after, decided) in STORED.items():
        row = found[key]
        assert (row.place_key, row.source, row.grade, row.decided) == (after, source, grade, decided)
    assert (found["x"].place_key, found["x"].decided) == ("road:동작구 상도로:3|", False)


@pytest.mark.usefixtures("migrated")
def test_the_migrations_make_what_the_models_say() -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.usefixtures("migrated")
def test_foreign_keys_are_asked_for_on_every_connection() -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), db.engine.begin() as connection:
        connection.execute(text("INSERT INTO households (address_id, created_at) VALUES (99, '2026-11-24')"))


@pytest.mark.usefixtures("migrated")
def test_of_two_wishes_the_stronger_comes_through_a_step_down() -> None:
    visit, pairs = make_visit(), []
    for of_resident, of_member in product(WishKind, repeat=2):
        member = make_member()
        make_wish(visit, member, of_resident)
        make_wish(visit, member, of_member, WishedBy.MEMBER)
        pairs.append((member.id, {of_resident, of_member}))
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0008")
    flask_migrate.upgrade(FOLDER)
    stronger = (WishKind.MUST_NOT, WishKind.RATHER_NOT, WishKind.RATHER)
    kept = {row.member_id: row.wish for row in db.session.scalars(select(VisitingWish))}
    assert kept == {who: next(wish for wish in stronger if wish in both) for who, both in pairs}


@pytest.mark.usefixtures("migrated")
def test_what_followed_a_text_before_the_list_knew_of_it_is_on_it() -> None:
    written, morning = datetime(2026, 11, 24, 10, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
    values = {"created_at": written, "due_at": morning, "channel": Channel.VOICE}
    waits = [
        make_message(make_person(), state=state, follows_id=number, **values)
        for number, state in (
            (1, MessageState.PENDING),
            (2, MessageState.NEEDS_PERSON),
            (None, MessageState.PENDING),
        )
    ]
    ids = [each.id for each in waits]
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0036")
    flask_migrate.upgrade(FOLDER)
    assert set(db.session.scalars(texts_to_pass_on(written))) == set(ids[:2])


@pytest.mark.usefixtures("migrated")
def test_how_a_text_was_heard_is_read_from_what_was_logged_of_it() -> None:
    visit = make_visit()
    rows = {name: make_message(visit.resident.person, visit=visit, told_at=NOW) for name in ("silent", *SAID)}
    rows["read"].state, rows["answered_before_it_left"].state = MessageState.SENT, MessageState.CANCELED
    for name, (by, became, why) in SAID.items():
        record(rows[name], by, NOW, moved_to=became, why=why)
    for name, told_by in (("pressed", None), ("rung", 1)):
        rows[name] = make_message(visit.resident.person, visit=visit)
        values = {"visit_id": visit.id, "outbox_id": rows[name].id, "told_by_id": told_by, "at": NOW}
        db.session.add(ReachAnswer(answer=Answer.ANOTHER_TIME, window_start=visit.window_start, **values))
    ids = {name: each.id for name, each in rows.items()}
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0037")
    flask_migrate.upgrade(FOLDER)
    heard = {name: db.session.get_one(Message, each).heard for name, each in ids.items()}
    assert heard == {
        "silent": None,
        "let_go": None,
        "answered_before_it_left": None,
        "told": Heard.TOLD,
        "late": Heard.ARRIVED,
        "read": Heard.ANSWERED,
        "pressed": Heard.ANSWERED,
        "rung": Heard.TOLD,
    }


@pytest.mark.usefixtures("migrated")
def test_an_answer_learns_the_end_of_the_window_that_it_was_given_of() -> None:
    visit = make_visit()
    text = make_message(visit.resident.person, visit=visit)
    ids = []
    for start in (visit.window_start, visit.window_start - timedelta(days=1)):
        said = ReachAnswer(
            visit_id=visit.id, outbox_id=text.id, answer=Answer.GOOD, window_start=start, at=NOW
        )
        db.session.add(said)
        db.session.flush()
        ids.append(said.id)
    end = visit.window_end
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(FOLDER, revision="0039")
    flask_migrate.upgrade(FOLDER)
    assert [db.session.get_one(ReachAnswer, each).window_end for each in ids] == [end, None]
