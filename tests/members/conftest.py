"""An office with a coordinator signed in."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from handyman.models import Member, Role, Skill
from tests.factories import make_member, make_skill
from tests.members.forms import HOME

DB = scoped_session[Session]


@pytest.fixture(autouse=True)
def coordinator(sign_in: Callable[..., Any]) -> Any:
    return sign_in(Role.COORDINATOR)


@pytest.fixture
def skill(session: DB) -> Skill:
    return make_skill("lamp", name_ko="전등")


@pytest.fixture
def member(session: DB, skill: Skill) -> Member:
    return make_member(
        "박수리", skills=["lamp"], home_label=HOME, phone="+821011112222", daily_cap_minutes=480
    )
