"""What is claimed of plans follows from the figures: never more left out, and never dearer at as many."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import plan_quality, plan_table
from benchmarks.claims import Claim
from benchmarks.plan_instances import FULL

NAME = "our-day-40"


def make_result(unserved: int, cost: int, seconds: float = 1.0, cpu: float = 1.0) -> dict[str, Any]:
    return {"priority": 0, "unserved": unserved, "cost": cost, "seconds": seconds, "cpu": cpu}


def make_figures(ours: dict[str, Any], **rivals: dict[str, Any]) -> plan_table.Figures:
    return {NAME: {"1": {"ours": ours, **rivals}}}


def about_plan(figures: plan_table.Figures) -> Claim:
    return plan_table.claims(figures)[0]


@pytest.mark.parametrize(
    ("ours", "holds"),
    [
        (make_result(1, 500), True),
        (make_result(1, 501), False),
        (make_result(0, 900), True),
        (make_result(2, 100), False),
        ({"failed": "unsound plan"}, False),
    ],
)
def test_ours_is_claimed_to_leave_out_no_more_and_to_cost_no_more_than_the_best(
    ours: dict[str, Any], holds: bool
) -> None:
    figures = make_figures(ours, vroom=make_result(1, 500), greedy=make_result(2, 50))
    assert about_plan(figures).against == "of vroom"
    assert about_plan(figures).holds is holds


def test_leaving_one_out_where_nobody_else_does_is_never_within_the_claim() -> None:
    assert not about_plan(make_figures(make_result(1, 1), vroom=make_result(0, 9_000))).holds


def test_a_rival_that_failed_or_is_not_there_is_nobody_to_compare_with() -> None:
    figures = make_figures(make_result(3, 10), vroom={"failed": "x"}, pyvrp={"cannot": "not installed"})
    assert [claim.unit for claim in plan_table.claims(figures)] == ["s"]
    assert "pyvrp: not installed" in plan_table.table(figures)


def test_a_plan_that_took_longer_than_its_budget_is_told() -> None:
    figures = make_figures(make_result(0, 1, seconds=1.3, cpu=2.0), vroom=make_result(0, 1))
    assert [claim.holds for claim in plan_table.claims(figures)] == [True, False]


def test_the_summary_counts_wins_ties_and_losses_with_their_size() -> None:
    figures = make_figures(
        make_result(0, 102), vroom=make_result(0, 100), pyvrp=make_result(0, 102), greedy=make_result(1, 3)
    )
    lines = plan_table.summary(figures).splitlines()
    assert lines == [
        "  1 s against vroom: 0 won, 0 equal, 1 lost, 1 by cost (mean 2.00 %, most 2.00 %)",
        "  1 s against pyvrp: 0 won, 1 equal, 0 lost",
        "  1 s against greedy: 1 won, 0 equal, 0 lost",
        "  1 s against the best of them: 0 won, 0 equal, 1 lost, 1 by cost (mean 2.00 %, most 2.00 %)",
    ]


def test_a_figure_is_kept_until_its_solver_changes_and_a_failure_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers: list[dict[str, Any]] = [{"failed": "x"}, make_result(0, 7), make_result(0, 5)]
    monkeypatch.setattr(plan_quality, "result", lambda *_order: answers.pop(0))
    versions = {"greedy": "old"}
    monkeypatch.setattr(plan_quality, "_solver_version", versions.__getitem__)

    def measured() -> dict[str, Any]:
        return plan_quality.measure([NAME], [1], tmp_path / "plan.json", ["greedy"])[NAME]["1"]["greedy"]

    assert measured()["failed"] == "x"
    assert [measured()["cost"], measured()["cost"]] == [7, 7]
    versions["greedy"] = "new"
    assert measured()["cost"] == 5


def test_an_unsound_plan_is_a_failure_with_its_reason() -> None:
    problem = FULL[NAME]()
    plan = {"routes": [{"vehicle": 0, "steps": []}]}
    found = plan_quality.judged(problem, {"plan": plan, "seconds": 1.0, "cpu": 1.0}, "")
    assert found == {"failed": "unsound plan: vehicle 0 is unknown"}
