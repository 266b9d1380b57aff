"""The machinery of the bench of news on the board, with two presses."""

from typing import TYPE_CHECKING

import pytest

from benchmarks import live

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.long
@pytest.mark.browser
def test_each_press_on_a_telephone_comes_to_the_open_board(chromium: "Browser") -> None:
    figures = live.measure_in(chromium, presses=2)
    assert figures["presses"] == 2
    assert 0 < figures["median_ms"] <= figures["slowest_ms"]


def test_one_press_that_comes_late_is_one_too_many() -> None:
    assert [each.holds for each in live.claims({"slowest_ms": live.MOST_MS})] == [True]
    assert [each.holds for each in live.claims({"slowest_ms": live.MOST_MS + 1})] == [False]
    assert live.claims({}) == []
