"""Tests that need what a machine may lack skip, and the last line says so; in CI they fail."""

import os

import pytest


def must_run() -> bool:
    return any(os.environ.get(name, "").lower() in ("1", "true", "yes") for name in ("CI", "REQUIRE_BROWSER"))


def say_skipped(config: pytest.Config, reason: str) -> None:
    """Speak after pytest's own last line, once: from the process that gathers the workers' results."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    count = sum(reason in str(report.longrepr) for report in reporter.stats.get("skipped", []))
    if count:
        reporter.write_line(f"{count} {reason}.", yellow=True)
