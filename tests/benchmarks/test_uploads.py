"""The machinery of the bench of broken uploads, with two photographs."""

from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import uploads

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.browser
def test_over_a_line_that_breaks_at_each_press_everything_comes_once(chromium: "Browser") -> None:
    figures = uploads.measure_in(chromium, visits=1, photos=2)
    assert [figures["ours"][word] for word in ("lost", "doubled", "half")] == [0, 0, 0]
    assert "times in what was" in figures["ours"]["breaks"]


@pytest.mark.parametrize("word", ["lost", "doubled", "half"])
def test_a_single_one_is_one_too_many(word: str) -> None:
    ours: dict[str, Any] = {"lost": 0, "doubled": 0, "half": 0}
    assert all(claim.holds for claim in uploads.claims({"ours": ours, "plain": {"lost": 5}}))
    claims = uploads.claims({"ours": ours | {word: 1}, "plain": {"lost": 5}})
    assert [claim.holds for claim in claims].count(False) == 1
