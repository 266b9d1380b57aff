"""Signing in, being refused, and what ends a session."""

import re

import pytest

from handyman.accounts import users
from handyman.accounts.guard import KEPT_FOR
from handyman.extensions import db
from handyman.models import AuditEntry, Role, User
from tests import factories
from tests.factories import PASSWORD


def try_sign_in(client, login, password=PASSWORD, **more):
    return client.post("/sign-in", data={"login": login, "password": password, **more})


def test_operator_signs_in_and_goes_where_they_wanted(client, session) -> None:
    user = factories.make_user(role=Role.OPERATOR)
    answer = try_sign_in(client, user.login, next="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert user.name in client.get("/account").text


def test_wrong_password_keeps_the_login_and_says_what_to_do(client, session) -> None:
    user = factories.make_user(role=Role.OPERATOR)
    answer = try_sign_in(client, user.login, "틀린 비밀번호")
    assert answer.status_code == 422
    assert user.login in answer.text
    assert "맞지 않습니다" in answer.text
    assert client.get("/account").status_code == 303


def test_nobody_learns_whether_a_login_exists(client, session) -> None:
    user = factories.make_user(role=Role.OPERATOR)

    def told(login: str) -> str:
        page = try_sign_in(client, login, "틀린 비밀번호").text
        return re.sub(r'name="csrf_token" value="[^"]+"', "", page).replace(login, "X")

    assert told(user.login) == told("nobody")


def test_somebody_shut_out_cannot_sign_in(client, session) -> None:
    user = factories.make_user(role=Role.OPERATOR, active=False)
    assert try_sign_in(client, user.login).status_code == 422


@pytest.mark.settings(LOGIN_LIMIT="3 per minute")
def test_guessing_is_throttled(client, session) -> None:
    user = factories.make_user(role=Role.OPERATOR)
    for _ in range(3):
        assert try_sign_in(client, user.login, "틀린 비밀번호").status_code == 422
    refused = try_sign_in(client, user.login)
    assert refused.status_code == 429
    assert "잠시 뒤에" in refused.text


@pytest.mark.settings(LOGIN_LIMIT="3 per minute")
def test_guessing_one_login_from_many_places_is_throttled(client, session) -> None:
    user = factories.make_user(role=Role.OPERATOR)
    answers = [
        client.post(
            "/sign-in",
            data={"login": user.login, "password": "틀림"},
            environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
        ).status_code
        for number in range(1, 5)
    ]
    assert answers == [422, 422, 422, 429]


@pytest.mark.settings(LOGIN_LIMIT="3 per minute")
def test_one_login_written_in_many_ways_is_throttled_as_one(client, session) -> None:
    user = factories.make_user(role=Role.OPERATOR)
    written = [user.login, f" {user.login}", f"{user.login.upper()}  ", f"\0{user.login}"]
    answers = [
        client.post(
            "/sign-in",
            data={"login": login, "password": "틀림"},
            environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
        ).status_code
        for number, login in enumerate(written, 1)
    ]
    assert answers == [422, 422, 422, 429]


@pytest.mark.settings(LOGIN_LIMIT="3 per minute")
def test_whole_office_behind_one_address_signs_in(app, session) -> None:
    users = [factories.make_user(role=Role.OPERATOR) for _ in range(5)]
    answers = [try_sign_in(app.test_client(), user.login).status_code for user in users]
    assert answers == [303] * 5


NOT_OURS = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:x",
    "http://[x",
    "//[",
    "//℀.com",
]


@pytest.mark.parametrize("target", NOT_OURS)
def test_nobody_is_sent_to_another_site_after_signing_in(client, session, target) -> None:
    user = factories.make_user(role=Role.OPERATOR)
    assert try_sign_in(client, user.login, next=target).location == "/"


@pytest.mark.parametrize("target", NOT_OURS)
def test_nobody_is_sent_to_another_site_by_the_language_switch(client, target) -> None:
    answer = client.post("/language", data={"language": "en", "back": target})
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("path", ["/work", "/requests?q=%EA%B9%80"])
def test_address_that_was_asked_for_comes_back_as_it_was(client, session, path) -> None:
    user = factories.make_user(role=Role.OPERATOR)
    sign_in_page = client.get(client.get(path).location).text
    asked = re.search(r'name="next" value="([^"]*)"', sign_in_page)
    assert asked
    assert try_sign_in(client, user.login, next=asked[1]).location == path
    back = re.search(r'name="back" value="([^"]*)"', client.get(path).text)
    assert back
    assert client.post("/language", data={"language": "en", "back": back[1]}).location == path


def test_sign_out_ends_the_session_and_keeps_the_language(client, sign_in) -> None:
    sign_in(Role.OPERATOR)
    client.post("/language", data={"language": "en", "back": "/account"})
    client.post("/sign-out")
    assert client.get("/account").status_code == 303
    assert 'lang="en"' in client.get("/sign-in").text


def test_a_copy_of_the_cookie_opens_nothing_after_signing_out(client, app, session) -> None:
    user = factories.make_user(role=Role.OPERATOR)
    other_desk, thief = app.test_client(), app.test_client()
    for desk in (client, other_desk):
        assert try_sign_in(desk, user.login).status_code == 303
    copied = client.get_cookie("handyman").value
    client.post("/sign-out")
    thief.set_cookie("handyman", copied)
    assert thief.get("/account").status_code == 303
    assert other_desk.get("/account").status_code == 200, "the same user at another desk goes on"


def test_who_signed_in_before_sign_ins_had_marks_stays_until_they_sign_out(client, app, session) -> None:
    user = factories.make_user(role=Role.OPERATOR)
    session.commit()
    old = app.test_client()
    for desk in (client, old):
        with desk.session_transaction() as cookie:
            cookie["_user_id"] = f"{user.id}.{user.session_version}"
    assert old.get("/account").status_code == 200
    client.post("/sign-out")
    assert old.get("/account").status_code == 303


def test_changing_the_password_ends_the_other_sessions(client, app, sign_in, session) -> None:
    user = sign_in(Role.OPERATOR)
    other = app.test_client()
    assert try_sign_in(other, user.login).status_code == 303
    new = "새로운 비밀번호 12"
    changed = client.post("/account", data={"present": PASSWORD, "password": new, "again": new})
    assert changed.status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert try_sign_in(other, user.login).status_code == 422
    assert try_sign_in(other, user.login, new).status_code == 303


def test_session_carries_an_end(client, session) -> None:
    user = factories.make_user(role=Role.OPERATOR)
    cookie = try_sign_in(client, user.login).headers["Set-Cookie"]
    assert "Expires=" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_administrator_adds_a_user_who_can_sign_in(client, app, sign_in, session) -> None:
    sign_in(Role.ADMINISTRATOR)
    data = {"login": "sangdam", "name": "박상담", "role": "operator", "password": "처음 정한 비밀번호 1"}
    assert client.post("/users", data=data).status_code == 303
    assert try_sign_in(app.test_client(), "SangDam", "처음 정한 비밀번호 1").status_code == 303
    entry = session.query(AuditEntry).filter_by(entity="users").one()
    assert (entry.moved_to, entry.actor_kind) == ("operator", "user")


def test_refused_user_keeps_what_was_typed(client, sign_in, session) -> None:
    sign_in(Role.ADMINISTRATOR)
    data = {"login": "한글아이디", "name": "박상담", "role": "coordinator", "password": "짧다"}
    answer = client.post("/users", data=data)
    assert answer.status_code == 422
    assert 'value="한글아이디"' in answer.text
    assert 'value="박상담"' in answer.text
    assert "10자 이상" in answer.text
    assert session.query(User).count() == 1


def test_login_that_is_taken_is_refused_in_a_sentence(client, sign_in, session) -> None:
    user = sign_in(Role.ADMINISTRATOR)
    data = {"login": user.login.upper(), "name": "박", "role": "operator", "password": "처음 정한 비밀번호 1"}
    answer = client.post("/users", data=data)
    assert answer.status_code == 422
    assert "이미 쓰고 있는 아이디" in answer.text


def test_last_administrator_cannot_be_shut_out(client, sign_in, session) -> None:
    user = sign_in(Role.ADMINISTRATOR)
    for role, active in (("operator", "yes"), ("administrator", "no")):
        answer = client.post(
            f"/users/{user.id}", data={"role": role, "active": active, "seen": users.seen(user)}
        )
        assert answer.status_code == 422
        assert "마지막 관리자" in answer.text


def test_somebody_shut_out_while_signed_in_is_out_at_once(client, app, sign_in, session) -> None:
    operator = factories.make_user(role=Role.OPERATOR)
    theirs = app.test_client()
    session.commit()
    try_sign_in(theirs, operator.login)
    sign_in(Role.ADMINISTRATOR)
    out = {"role": "operator", "active": "no", "seen": users.seen(operator)}
    client.post(f"/users/{operator.id}", data=out)
    assert theirs.get("/account").status_code == 303


def test_whoever_was_shut_out_meanwhile_is_not_let_in_again_from_an_old_page(
    client, app, sign_in, session
) -> None:
    who, other = factories.make_user(role=Role.OPERATOR, name="박상담"), app.test_client()
    first = factories.make_user(role=Role.ADMINISTRATOR, name="김먼저")
    session.commit()
    try_sign_in(other, first.login)
    sign_in(Role.ADMINISTRATOR)
    page = client.get("/users").text
    opened = re.findall(rf'action="/users/{who.id}">.*?name="seen" value="([^"]+)"', page, re.DOTALL)
    assert opened == [users.seen(who)]
    out = {"role": "operator", "active": "no", "seen": opened[0]}
    assert other.post(f"/users/{who.id}", data=out).status_code == 303
    stale = {"role": "coordinator", "active": "yes", "seen": opened[0]}
    answer = client.post(f"/users/{who.id}", data=stale)
    assert answer.status_code == 409
    assert "그 사이에 김먼저 님이 바꾸었습니다" in answer.text
    session.expire_all()
    assert (who.role, who.active) == (Role.OPERATOR, False)
    assert client.post(f"/users/{who.id}", data={**stale, "seen": users.seen(who)}).status_code == 303


def test_language_switch_is_remembered_and_korean_comes_first(client, sign_in) -> None:
    sign_in(Role.OPERATOR)
    assert 'lang="ko"' in client.get("/account").text
    client.post("/language", data={"language": "en", "back": "/account"})
    assert 'lang="en"' in client.get("/account").text
    client.post("/language", data={"language": "tlh"})
    assert 'lang="en"' in client.get("/account").text


def test_pages_with_people_in_them_stay_in_no_cache(client, sign_in) -> None:
    sign_in(Role.OPERATOR)
    assert client.get("/account").headers["Cache-Control"] == "private, no-cache"
    assert client.post("/sign-out").headers["Clear-Site-Data"] == '"cache"'
    assert "max-age" in client.get("/static/app.css").headers["Cache-Control"]


def test_looking_for_a_window_makes_no_writer_wait(app, client, session, sign_in) -> None:
    sign_in(Role.OPERATOR)
    session.rollback()
    with app.app_context():
        writer = db.engine.connect()
        writer.exec_driver_sql("INSERT INTO service_days (day, version) VALUES ('2026-11-24', 0)")
        assert client.post("/calls/suggestions", data={"address": "상도로"}).status_code == 200
        writer.close()


def test_a_click_renews_the_sign_in_now_and_then_and_not_each_time(client, sign_in) -> None:
    sign_in("operator")
    assert "Set-Cookie" in client.get("/account").headers
    assert "Set-Cookie" not in client.get("/account").headers
    with client.session_transaction() as cookie:
        cookie["kept"] -= KEPT_FOR
    assert "Set-Cookie" in client.get("/account").headers
