"""The menu: five entries that everybody needs, the rest behind one more."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from handyman.models import Role
from handyman.navigation import PART_OF, STANDS_UNDER
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
    assert {"사람 찾기", "일지", "정기 방문", "품목", "문자", "문구"} <= set(rest)
    assert "사용자" not in rest
    assert 'summary class="menu-link is-current"' in client.get("/people").text


@pytest.mark.parametrize(
    ("page", "entry", "how"),
    [
        ("/board", "배정판", "page"),
        ("/board/week", "배정판", "true"),
        ("/board/map", "배정판", "true"),
        ("/plans", "배정판", "true"),
        ("/members/new", "조합원", "true"),
    ],
)
def test_a_page_marks_the_entry_that_it_stands_under(
    client: Client, sign_in: Callable[..., Any], page: str, entry: str, how: str
) -> None:
    sign_in(Role.COORDINATOR)
    marked = re.findall(
        r'<a class="menu-link is-current"[^>]*aria-current="(\w+)"[^>]*>([^<]+?) *<', client.get(page).text
    )
    assert marked == [(how, entry)]


def test_only_pages_that_are_there_stand_under_an_entry(app: Flask) -> None:
    assert {*PART_OF, *STANDS_UNDER} <= app.view_functions.keys()
