"""Asks the table of addresses by a number that is still being typed: 2 begins 2, 2-1, 20 and 214."""

from collections.abc import Collection, Iterator, Sequence

Values = list[str | int]
_MOST_DIGITS = 5
_MOST = 10**_MOST_DIGITS
_BETWEEN = "(underground = ? AND main BETWEEN ? AND ? AND sub BETWEEN ? AND ?)"
_BELOW = "지하"
_BEHIND_ALL = "\U0010ffff"


def on_runs(runs: Sequence[tuple[int, int]], number: str) -> tuple[str, Values]:
    """The rows of some roads, each a run of row numbers, in the order of their numbers."""
    ways = list(_read(number)) if number else []
    either = " OR ".join([_BETWEEN] * len(ways)) or ("0" if number else "1")
    if len(runs) == 1:
        return f"id BETWEEN ? AND ? AND ({either}) ORDER BY id", [*runs[0], *(n for way in ways for n in way)]
    places = ",".join(["(?,?)"] * len(runs))
    within = f"SELECT id FROM (VALUES {places}) JOIN addresses ON id BETWEEN column1 AND column2"  # noqa: S608
    return (
        f"id IN ({within} WHERE {either}) ORDER BY underground, main, sub",
        [*(end for run in runs for end in run), *(value for way in ways for value in way)],
    )


def anywhere(number: str) -> Iterator[tuple[str, Values]]:
    """The rows of all roads: a question for each length of number, what comes first asked first."""
    for below, low, high, *subs in _read(number):
        main = "main = ?" if low == high else "main BETWEEN ? AND ?"
        yield (
            f"underground = ? AND {main} AND sub BETWEEN ? AND ? AND road <> '' ORDER BY main, sub",
            [below, *dict.fromkeys((low, high)), *subs],
        )


def lots_of(dongs: Collection[str], jibun: str) -> tuple[str, Values]:
    """The lots of a few dongs."""
    plot = jibun.partition("-")[0]
    among = f"dong IN ({','.join('?' * len(dongs))}) AND plot BETWEEN ? AND ?"
    return (
        f"{among} AND jibun BETWEEN ? AND ? AND jibun <> '' ORDER BY length(jibun), jibun",
        [*dongs, plot, plot if "-" in jibun else plot + _BEHIND_ALL, jibun, jibun + _BEHIND_ALL],
    )


def lots_as_long(length: int, dongs: Collection[str], jibun: str) -> tuple[str, Values]:
    """The lots whose number has so many signs, of many dongs or of all."""
    among = f"dong IN ({','.join('?' * len(dongs))}) AND " if dongs else ""
    return (
        f"{among}length(jibun) = ? AND jibun BETWEEN ? AND ? AND jibun <> '' ORDER BY jibun",
        [*dongs, length, jibun, jibun + _BEHIND_ALL],
    )


def _read(number: str) -> Iterator[tuple[int, int, int, int, int]]:
    """What may become of a number, least first: underground or not, main from and to, sub from and to."""
    main, hyphen, sub = number.removeprefix(_BELOW).strip().partition("-")
    below = int(number.startswith(_BELOW))
    if not all(part.isascii() and part.isdigit() for part in filter(None, (main, sub))):
        return
    if not hyphen:
        yield from ((below, low, high, 0, _MOST) for low, high in _ranges(main))
    else:
        yield from ((below, int(main or 0), int(main or 0), max(low, 1), high) for low, high in _ranges(sub))


def _ranges(digits: str) -> list[tuple[int, int]]:
    """What these digits begin: 20, 200 to 209, 2000 to 2099."""
    if not digits:
        return [(0, _MOST)]
    powers = [10**more for more in range(_MOST_DIGITS - len(digits) + 1)]
    return [(int(digits) * power, int(digits) * power + power - 1) for power in powers]
