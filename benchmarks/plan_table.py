"""The table of plans, who won how often and by how much, and what we claim of it."""

from collections.abc import Iterable, Iterator
from statistics import mean
from typing import Any

from benchmarks.claims import Claim

LATE = 1.15  # of the budget
SHORT = 0.5  # seconds; below, the share of the processor says little about how busy the machine was
WIDTHS = (26, 4, 16, 23)

Result = dict[str, Any]
Figures = dict[str, dict[str, dict[str, Result]]]


def table(figures: Figures) -> str:
    """Unserved / cost, and beside a rival the ratio of its cost to ours, or how many more it leaves out."""
    rivals = [solver for solver in _solvers(figures) if solver != "ours"]
    lines = [_line("instance", "s", "ours", *rivals)]
    for name, budget, row in _rows(figures):
        cells = (_beside(row[rival], row.get("ours", {})) for rival in rivals)
        lines.append(_line(name, budget, _worth(row.get("ours", {})), *cells))
    return "\n".join([*lines, "", *_footnotes(figures)])


def summary(figures: Figures) -> str:
    """Wins, ties and losses of ours at each budget, against each rival and against the best of them."""
    rivals = [solver for solver in _solvers(figures) if solver != "ours"]
    return "\n".join(
        _tally(budget, rival, figures)
        for budget in dict.fromkeys(budget for _, budget, _ in _rows(figures))
        for rival in [*rivals, "the best of them"]
    )


def claims(figures: Figures) -> list[Claim]:
    """Never more unserved than the best rival; at equal unserved never dearer; in the budget."""
    found = [claim for name, budget, row in _rows(figures) for claim in _claim(name, budget, row)]
    ours = [(int(budget), row["ours"]) for _, budget, row in _rows(figures) if "cost" in row.get("ours", {})]
    for budget in sorted({budget for budget, _ in ours}):
        slowest = max((one for of, one in ours if of == budget), key=lambda one: one["seconds"])
        found.append(Claim(f"slowest plan of {budget} s", slowest["seconds"], budget, "budget", LATE, "s"))
    return found


def _claim(name: str, budget: str, row: dict[str, Result]) -> Iterator[Claim]:
    ours, best = row["ours"], _best(row)
    if best is None:
        return
    title, against = f"{name} {budget} s", f"of {best}"
    if "cost" not in ours:
        yield Claim(title, float("inf"), 1, against, 1.0, "plans")
    elif _left(ours) != _left(row[best]):
        priority = int(ours["priority"] == row[best]["priority"])
        yield Claim(title, _left(ours)[priority], _left(row[best])[priority], against, 1.0, "unserved")
    else:
        yield Claim(title, ours["cost"] / 60, row[best]["cost"] / 60, against, 1.0, "min")


def _tally(budget: str, rival: str, figures: Figures) -> str:
    wins = ties = missed = 0
    dearer: list[float] = []
    for _, of, row in _rows(figures):
        other = row.get(rival if rival in row else _best(row) or "", {})
        if of != budget or "cost" not in other:
            continue
        ours = row["ours"]
        if "cost" not in ours or _left(ours) > _left(other):
            missed += 1
        elif _left(ours) < _left(other) or ours["cost"] < other["cost"]:
            wins += 1
        elif ours["cost"] == other["cost"]:
            ties += 1
        else:
            dearer.append(100 * (ours["cost"] / other["cost"] - 1))
    said = f"{budget:>3} s against {rival}: {wins} won, {ties} equal, {missed + len(dearer)} lost"
    if missed:
        said += f", {missed} by unserved"
    if dearer:
        said += f", {len(dearer)} by cost (mean {mean(dearer):.2f} %, most {max(dearer):.2f} %)"
    return said


def _best(row: dict[str, Result]) -> str | None:
    sound = [solver for solver, found in row.items() if solver != "ours" and "cost" in found]
    return min(sound, key=lambda solver: (_left(row[solver]), row[solver]["cost"]), default=None)


def _left(found: Result) -> tuple[int, int]:
    return found["priority"], found["unserved"]


def _worth(found: Result) -> str:
    if "cost" not in found:
        return "failed" if "failed" in found else "cannot" if "cannot" in found else "-"
    return f"{found['unserved']} / {found['cost']}{'*' if 'note' in found else ''}"


def _beside(found: Result, ours: Result) -> str:
    if "cost" not in found or "cost" not in ours:
        return _worth(found)
    more = found["unserved"] - ours["unserved"]
    ratio = found["cost"] / max(1, ours["cost"])
    return f"{_worth(found)} {f'{more:+d}' if more else f'{ratio:.3f}'}"


def _footnotes(figures: Figures) -> Iterator[str]:
    yield "unserved / cost (seconds of travel); of a rival also its cost by ours, or how many more it left"
    busy = [
        (found["cpu"] / found["seconds"], f"{solver}, {name}, {budget} s")
        for name, budget, row in _rows(figures)
        for solver, found in row.items()
        if found.get("seconds", 0) > SHORT
    ]
    if busy:
        yield f"least share of a processor that a solver got: {min(busy)[0]:.0%} ({min(busy)[1]})"
    said = {
        f"* {found['note']}" if "note" in found else f"{solver}: {found.get('failed') or found.get('cannot')}"
        for _, _, row in _rows(figures)
        for solver, found in row.items()
        if {"note", "failed", "cannot"} & set(found)
    }
    yield from sorted(said)


def _solvers(figures: Figures) -> list[str]:
    return list(dict.fromkeys(solver for _, _, row in _rows(figures) for solver in row))


def _rows(figures: Figures) -> Iterator[tuple[str, str, dict[str, Result]]]:
    for name, budgets in figures.items():
        for budget, row in budgets.items():
            yield name, budget, row


def _line(name: str, budget: str, ours: str, *rivals: str) -> str:
    first, second, third, others = WIDTHS
    cells: Iterable[str] = (f"{rival:>{others}}" for rival in rivals)
    return " ".join((f"{name:<{first}}", f"{budget:>{second}}", f"{ours:>{third}}", *cells))
