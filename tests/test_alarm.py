"""Pages that an office keeps open say on top what must not wait, and nothing when all is well."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from handyman.alarm import sound
from handyman.extensions import db, now
from handyman.messages import trouble
from handyman.models import Channel, Heartbeat, Installation, MessageState, Role, User
from tests.conftest import Client
from tests.factories import add, make_message, make_person

S = MessageState
SignIn = Callable[..., User]
PAGES = pytest.mark.parametrize("path", ["/work", "/board"])
pytestmark = pytest.mark.usefixtures("session")


def beat(seconds: int = 5) -> None:
    add(Heartbeat(worker="one", at=now() - timedelta(seconds=seconds)))
    db.session.commit()


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@PAGES
def test_nothing_is_said_when_all_is_well(client: Client, sign_in: SignIn, path: str) -> None:
    beat()
    make_message(make_person(), state=S.DELIVERED)
    make_message(make_person(), due_at=now() - timedelta(minutes=5))
    make_message(make_person(), state=S.ACCEPTED, due_at=now() - timedelta(minutes=14))
    sign_in(Role.COORDINATOR)
    shown = page(client, path)
    for said in ("소식이 없는 연락", "일꾼이", "거절하고", "밀려 있습니다"):
        assert said not in shown


@PAGES
def test_texts_and_calls_that_failed_or_are_silent_for_15_minutes_are_counted_with_the_way_to_them(
    client: Client, sign_in: SignIn, path: str
) -> None:
    beat()
    make_message(make_person(), state=S.FAILED)
    make_message(make_person(), state=S.ACCEPTED, due_at=now() - timedelta(minutes=15), channel=Channel.VOICE)
    make_message(make_person(), state=S.FAILED, told_at=now())
    sign_in(Role.COORDINATOR)
    shown = page(client, path)
    assert "연락이 2건 있습니다." in shown
    assert 'href="/messages#missed"' in shown


@PAGES
def test_a_silent_worker_is_said(client: Client, sign_in: SignIn, path: str) -> None:
    beat(seconds=121)
    sign_in(Role.COORDINATOR)
    assert "일꾼이 움직이지 않습니다" in page(client, path)


@pytest.mark.parametrize(("minutes", "silent"), [(1, False), (3, True)])
def test_a_new_office_is_given_time_to_start_its_worker(minutes: int, silent: bool) -> None:
    add(Installation(demo=True, created_at=now() - timedelta(minutes=minutes)))
    assert sound(now()).worker_silent is silent


@PAGES
@pytest.mark.parametrize(
    ("code", "set_right"),
    [("20003", "계정 설정을 확인"), ("21606", "TWILIO_FROM"), ("21408", "권한을 켜")],
)
def test_who_refuses_all_texts_is_said_and_what_to_set_right(
    client: Client, sign_in: SignIn, path: str, code: str, set_right: str
) -> None:
    beat()
    trouble.stop("screen", code, now())
    db.session.commit()
    sign_in(Role.COORDINATOR)
    found = page(client, path)
    assert "우리 문자를 거절하고" in found
    assert set_right in found


def test_texts_that_are_due_and_wait_are_said() -> None:
    beat()
    make_message(make_person(), due_at=now() - timedelta(minutes=11))
    assert (sound(now()).minutes_waiting, sound(now()).stopped) == (11, True)
    make_message(make_person(), due_at=now() - timedelta(minutes=30), next_at=now() + timedelta(hours=1))
    assert sound(now()).minutes_waiting == 11, "what waits for the morning is not late"
    again = now() + timedelta(seconds=30)
    make_message(make_person(), due_at=now() - timedelta(minutes=20), next_at=again, attempt=9)
    assert sound(now()).minutes_waiting == 20, "between two tries it is no less late"


def test_one_query_tells_all(count_queries: Any) -> None:
    for _ in range(20):
        make_message(make_person(), state=S.FAILED)
    with count_queries() as asked:
        assert sound(now()).to_pass_on == 20
    assert len(asked) == 1
