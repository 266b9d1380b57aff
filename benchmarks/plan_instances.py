"""The planning instances by name: the same name is the same instance on every machine."""

from collections.abc import Callable
from functools import partial

from benchmarks.plan_days import our_day
from benchmarks.plan_ground import Problem
from benchmarks.plan_homecare import home_care
from benchmarks.plan_solomon import solomon
from benchmarks.plan_technicians import technicians

# Vehicles are chosen so that the good solvers serve everybody in "slack" and leave a few out in "tight".
TECHNICIANS = {
    "technicians-25-slack": partial(technicians, 25, 6, 4, 1),
    "technicians-25-tight": partial(technicians, 25, 4, 3, 3),
    "technicians-50-slack": partial(technicians, 50, 11, 5, 3),
    "technicians-50-tight": partial(technicians, 50, 8, 4, 4),
    "technicians-100-slack": partial(technicians, 100, 20, 6, 5),
    "technicians-100-tight": partial(technicians, 100, 16, 5, 6),
    "technicians-200-slack": partial(technicians, 200, 38, 6, 7),
    "technicians-200-tight": partial(technicians, 200, 30, 5, 8),
}
HOME_CARE = {
    "home-care-25-a": partial(home_care, 25, 8, 0.3, 1),
    "home-care-25-b": partial(home_care, 25, 6, 0.2, 2),
    "home-care-50-a": partial(home_care, 50, 15, 0.3, 3),
    "home-care-50-b": partial(home_care, 50, 11, 0.2, 4),
    "home-care-100-a": partial(home_care, 100, 28, 0.3, 5),
    "home-care-100-b": partial(home_care, 100, 22, 0.2, 6),
}
SOLOMON = {
    "solomon-r-25-tight": partial(solomon, "r", 25, "tight", 12, 1),
    "solomon-c-25-tight": partial(solomon, "c", 25, "tight", 12, 2),
    "solomon-rc-25-wide": partial(solomon, "rc", 25, "wide", 8, 3),
    "solomon-r-50-wide": partial(solomon, "r", 50, "wide", 12, 4),
    "solomon-c-50-wide": partial(solomon, "c", 50, "wide", 12, 5),
    "solomon-rc-50-tight": partial(solomon, "rc", 50, "tight", 25, 6),
    "solomon-r-100-tight": partial(solomon, "r", 100, "tight", 40, 7),
    "solomon-c-100-tight": partial(solomon, "c", 100, "tight", 40, 8),
    "solomon-rc-100-wide": partial(solomon, "rc", 100, "wide", 20, 9),
    "solomon-r-50-tight-few": partial(solomon, "r", 50, "tight", 11, 10),
    "solomon-c-100-wide-few": partial(solomon, "c", 100, "wide", 5, 11),
    "solomon-rc-100-tight-few": partial(solomon, "rc", 100, "tight", 20, 12),
}
OUR_DAYS = {
    "our-day-40": partial(our_day, 40, 1),
    "our-day-45": partial(our_day, 45, 2),
    "our-day-50": partial(our_day, 50, 3),
    "our-day-55": partial(our_day, 55, 4),
    "our-day-60": partial(our_day, 60, 5),
    "our-day-50-short": partial(our_day, 50, 10, 3),
    "our-day-60-short": partial(our_day, 60, 6, 2),
}
FULL: dict[str, Callable[[], Problem]] = {**TECHNICIANS, **HOME_CARE, **SOLOMON, **OUR_DAYS}
QUICK = (
    "technicians-50-tight",
    "technicians-100-slack",
    "technicians-200-tight",
    "home-care-25-a",
    "home-care-50-b",
    "solomon-r-100-tight",
    "solomon-rc-100-tight-few",
    "our-day-55",
)
