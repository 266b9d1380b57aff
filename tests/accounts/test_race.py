"""Two administrators change users at the same moment."""

import threading
from contextlib import suppress
from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from handyman.accounts import users
from handyman.extensions import now
from handyman.models import SYSTEM, Role, User
from tests.factories import make_user


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is about to store waits a moment for the other to have come as far."""
    gate, record = threading.Barrier(2), users.record

    def wait(*args: Any, **kwargs: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            gate.wait(1)
        record(*args, **kwargs)

    monkeypatch.setattr(users, "record", wait)


def run_both(app: Flask, *actions: Any) -> list[str]:
    told: list[str] = []

    def run(action: Any) -> None:
        with app.app_context():
            try:
                action()
                told.append("done")
            except (users.LastAdministratorError, users.LoginTakenError) as error:
                told.append(type(error).__name__)

    threads = [threading.Thread(target=Context().run, args=(run, action), daemon=True) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(told)


@pytest.mark.usefixtures("any_database", "together")
def test_two_administrators_do_not_shut_out_one_another(app: Flask, session: scoped_session[Session]) -> None:
    ids = [make_user(role=Role.ADMINISTRATOR).id for _ in range(2)]
    session.commit()

    def demote(user_id: int) -> Any:
        return lambda: users.change(user_id, Role.OPERATOR, True, SYSTEM, now(), seen_by="1")

    assert run_both(app, *map(demote, ids)) == ["LastAdministratorError", "done"]
    left = select(func.count()).select_from(User).where(User.role == Role.ADMINISTRATOR)
    assert session.scalar(left) == 1


@pytest.mark.usefixtures("any_database", "together")
def test_login_given_twice_at_once_is_one_users(app: Flask, session: scoped_session[Session]) -> None:
    session.commit()
    new = users.NewUser("boss", "김관리", Role.ADMINISTRATOR, "충분히 긴 비밀번호")
    assert run_both(app, *[lambda: users.add(new, SYSTEM, now())] * 2) == ["LoginTakenError", "done"]
    assert session.scalar(select(func.count()).select_from(User)) == 1
