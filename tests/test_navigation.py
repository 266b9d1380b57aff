"""The menu: five entries that everybody needs, the rest behind one more."""

import re
from collections.abc import Callable
from typing import Any

from handyman.models import Role
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
