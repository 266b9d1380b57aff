"""Runs every bench, prints its table and keeps the figures as JSON in `benchmarks/out/`."""

import json
import sys
from pathlib import Path

from benchmarks import geocode_interpolation, pages

OUT = Path(__file__).parent / "out"


def run(names: list[str]) -> int:
    """The exit status: 1 when a claim does not hold."""
    OUT.mkdir(exist_ok=True)
    failed = False
    if not names or "geocode" in names:
        found = geocode_interpolation.measure()
        print("\nA number that is not in the table, interpolated along its road (metres off):")
        for name, figure in found.items():
            print(f"  {name:>18}  {figure}")
        keep("geocode", found)
    if not names or "pages" in names:
        figures = pages.measure()
        print(
            f"\nPages on {figures['residents']:,} residents, {figures['requests']:,} requests and"
            f" {figures['visits']:,} visits; bare = a Flask page that renders a constant template;"
            " small = the same office at a hundredth:"
        )
        print(pages.table(figures))
        keep("pages", figures)
        failed = not figures["passed"]
    return int(failed)


def keep(name: str, figures: dict[str, object]) -> None:
    (OUT / f"{name}.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
