"""What is claimed of a city and of plans that come soon follows from the figures."""

from typing import Any

import pytest

from benchmarks import city, plan_anytime
from benchmarks.plan_days import our_day


def test_a_district_has_its_members_its_visits_and_a_number_of_rounds() -> None:
    district = city._district(1)
    assert (len(district["vehicles"]), len(district["jobs"])) == (city.MEMBERS, city.VISITS)
    assert district["options"] == {"rounds": city.ROUNDS, "seed": 1}
    assert {key: district[key] for key in ("vehicles", "jobs")} != {
        key: city._district(2)[key] for key in ("vehicles", "jobs")
    }
    assert len(our_day(3, 1)["vehicles"]) < city.MEMBERS


@pytest.mark.parametrize(
    ("two", "cost", "other", "holds"),
    [
        (60.0, 900, 0, [True, True, True]),
        (60.1, 900, 0, [False, True, True]),
        (50.0, 901, 0, [True, False, True]),
        (50.0, 900, 1, [True, True, False]),
    ],
)
def test_of_a_city_time_and_plans_are_claimed(two: float, cost: int, other: int, holds: list[bool]) -> None:
    figures: dict[str, Any] = {
        "seconds": {"1": 100.0, "2": two},
        "cost": {"alone": 900, "2": cost},
        "other_plans": other,
    }
    assert [claim.holds for claim in city.claims(figures)] == holds


@pytest.mark.parametrize(
    ("left_out", "cost", "holds"),
    [(1, 1_010, [True, True]), (1, 1_011, [True, False]), (2, 900, [False, True])],
)
def test_of_a_plan_that_comes_soon_all_but_a_hundredth_is_claimed(
    left_out: int, cost: int, holds: list[bool]
) -> None:
    day = {"2": {"unserved": left_out, "cost": cost}, "30": {"unserved": 1, "cost": 1_000}}
    assert [claim.holds for claim in plan_anytime.claims({"a day": day})] == holds
