"""The menu: five entries that everybody needs, the rest behind one more, and how much waits."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask

from handyman.models import Role
from handyman.navigation import tell_counts
from tests.conftest import Client


def entries(page: str) -> tuple[list[str], list[str]]:
    """The words of the entries, and of those behind "more"."""
    menu, _mark, rest = page.partition('class="menu-rest"')
    link = re.compile(r'<a class="menu-link[^>]*>([^<]+?) *<')
    return [word.strip() for word in link.findall(menu)], [word.strip() for word in link.findall(rest)]


def test_few_entries_stand_in_the_header_and_the_rest_behind_one_more(
    client: Client, sign_in: Callable[..., Any]
) -> None:
    sign_in(Role.COORDINATOR)
    first, rest = entries(client.get("/people").text)
    assert first == ["전화 접수", "할 일", "배정판", "신청", "조합원"]
    assert rest[:3] == ["사람 찾기", "문자", "문구"]
    assert "사용자" not in rest
    assert 'summary class="menu-link is-current"' in client.get("/people").text


def test_an_entry_says_how_much_waits_where_the_page_knows_it(
    app: Flask, client: Client, sign_in: Callable[..., Any]
) -> None:
    waiting = {"board_work": 3}
    app.before_request(lambda: tell_counts(**waiting))
    sign_in(Role.OPERATOR)
    assert re.search(r'href="/work">할 일 <span class="menu-count">3</span>', client.get("/people").text)
    waiting["board_work"] = 4
    assert re.search(r'href="/work">할 일 <span class="menu-count">4</span>', client.get("/people").text)
