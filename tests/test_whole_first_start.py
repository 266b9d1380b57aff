"""A real office begins with a first administrator, the catalogue, and nobody made up."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from handyman import demo
from handyman.models import Installation, ServiceItem, User
from tests.conftest import TUESDAY_AT_TEN


@pytest.mark.parametrize("times", [1, 2])
def test_the_first_administrator_finds_the_catalogue(
    times: int, app: Flask, session: scoped_session[Session]
) -> None:
    for number in range(times):
        words = ["create-admin", f"--login=boss{number}", "--name=김관리", "--password=충분히 긴 비밀번호"]
        assert app.test_cli_runner().invoke(args=words).exit_code == 0
    assert len(session.scalars(select(User)).all()) == times
    assert len(session.scalars(select(ServiceItem)).all()) == 6
    assert session.get_one(Installation, 1).demo is False
    session.commit()
    assert demo.fill_if_empty(TUESDAY_AT_TEN) is False


@pytest.mark.usefixtures("any_database")
@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--login=", "login must have 3 to 40"),
        ("--login=" + "a" * 80, "login must have 3 to 40"),
        ("--login=두 마디", "login must have 3 to 40"),
        ("--name= ", "name must have 1 to 60"),
        ("--name=" + "가" * 61, "name must have 1 to 60"),
        ("--password=짧다", "at least 10"),
    ],
)
def test_an_administrator_who_could_not_sign_in_is_refused(
    app: Flask, session: scoped_session[Session], option: str, told: str
) -> None:
    words = ["create-admin", "--login=boss", "--name=김관리", "--password=충분히 긴 비밀번호", option]
    refused = app.test_cli_runner().invoke(args=words)
    assert refused.exit_code == 1
    assert told in refused.output
    assert session.scalars(select(User)).all() == []
