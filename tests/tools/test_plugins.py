"""The real Chromium, PostgreSQL and Prism that other tests lean on."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
ONE_BROWSER_TEST = "tests/tools/test_plugins.py::test_chromium_renders_hangul"
ONE_CONTRACT_TEST = "tests/messages/test_contract.py::test_what_we_send_is_what_they_take[text]"
LACKING = {
    ONE_BROWSER_TEST: "browser tests were skipped, for no Chromium was found",
    ONE_CONTRACT_TEST: "contract tests were skipped, for Prism or node was not found",
}


@pytest.mark.browser
def test_chromium_renders_hangul(chromium: "Browser") -> None:
    page = chromium.new_page()
    page.set_content("<main><h1>집수리</h1></main>")
    assert page.get_by_role("heading").inner_text() == "집수리"
    page.close()


@pytest.mark.parametrize("attempt", [1, 2])
@pytest.mark.postgres
def test_each_test_gets_an_empty_postgresql_database(postgres_url: str, attempt: int) -> None:
    assert postgres_url.startswith("postgresql+psycopg://")
    with psycopg.connect(postgres_url.replace("+psycopg", "", 1)) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        connection.execute("CREATE TABLE left_behind (id int)")
    assert tables == (0,)


@pytest.mark.long
def test_without_what_tests_need_they_skip_and_the_last_lines_say_so() -> None:
    done = run_pytest(CI="", REQUIRE_BROWSER="")
    assert done.returncode == 0
    last = sorted(done.stdout.splitlines()[-len(LACKING) :])
    for line, reason in zip(last, LACKING.values(), strict=True):
        assert line.startswith(f"1 {reason}")


@pytest.mark.long
def test_in_ci_what_is_missing_fails_them() -> None:
    done = run_pytest(CI="true", REQUIRE_BROWSER="")
    assert done.returncode == 1
    for test, reason in LACKING.items():
        assert f"{test} - Failed: {reason}" in done.stdout


def run_pytest(**environ: str) -> subprocess.CompletedProcess[str]:
    """The tests that lack something, in a process of their own."""
    missing = {"CHROMIUM_PATH": "/no/such/chromium", "PRISM_PATH": "/no/such/prism"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *LACKING],
        cwd=ROOT,
        env={**os.environ, **missing, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
