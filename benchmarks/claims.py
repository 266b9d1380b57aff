"""What we claim about speed, sharpness and plans: each figure beside its baseline, in one table."""

from collections.abc import Iterable
from dataclasses import dataclass

HEADS = ("claim", "ours", "baseline", "", "ratio", "at most", "")
WIDTHS = (34, 11, 11, 16, 7, 8, 5)


@dataclass(frozen=True, slots=True)
class Claim:
    """`ours` is at most so many times the baseline, in the same unit."""

    name: str
    ours: float
    baseline: float
    against: str
    most: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Nothing against nothing is as much; something against nothing is beyond any bound."""
        if not self.baseline:
            return float("inf") if self.ours else 1.0
        return self.ours / self.baseline

    @property
    def holds(self) -> bool:
        return self.ratio <= self.most

    def cells(self) -> tuple[str, ...]:
        ours, baseline = (f"{figure:.2f} {self.unit}" for figure in (self.ours, self.baseline))
        verdict = "PASS" if self.holds else "FAIL"
        return (self.name, ours, baseline, self.against, f"{self.ratio:.3f}", f"{self.most}", verdict)


def table(claims: Iterable[Claim]) -> str:
    return "\n".join(_line(cells) for cells in (HEADS, *(claim.cells() for claim in claims)))


def _line(cells: Iterable[str]) -> str:
    left = (True, False, False, True, False, False, True)
    return " ".join(
        f"{cell:<{width}}" if first else f"{cell:>{width}}"
        for cell, width, first in zip(cells, WIDTHS, left, strict=True)
    ).rstrip()
