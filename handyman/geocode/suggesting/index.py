"""What a table's roads, dongs and names are typed like, sorted once for each table."""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from heapq import nsmallest
from itertools import islice, takewhile
from threading import Lock
from typing import Protocol
from weakref import WeakKeyDictionary

from handyman.geocode.gazetteer import Gazetteer, Road
from handyman.geocode.reading.roman import roman_key
from handyman.geocode.suggesting.keys import MOST_KEYS, dong_forms, road_forms
from handyman.hangul import initials, strokes

_BEHIND_ALL = "\U0010ffff"
_SORTED_ANEW = 64  # among more roads than these, the likeliest are worked out once and kept
_MOST_KEPT = 40
_FOLLOWS = MOST_KEYS + 1  # by so many keys the parts of names are sorted; more are not typed
_ALL_OF_A_FORM = 40  # 23 20-3: a lane 23 leaves many roads


class RoadForms:
    """The roads by every way to type them."""

    def __init__(self, roads: Iterable[Road]) -> None:
        self.roads = sorted(roads, key=lambda road: (len(road.name), road.name, road.gu))
        pairs = sorted((form, at) for at, road in enumerate(self.roads) for form in road_forms(road.name))
        self._forms: list[str] = []
        for form, _ in pairs:  # one text for all roads that share the form
            self._forms.append(self._forms[-1] if self._forms and self._forms[-1] == form else form)
        self._at = array("I", (at for _, at in pairs))
        self.letters = sorted({key for form in self._forms for key in form if not key.isdigit()})
        self._likeliest: dict[str, tuple[Road, ...]] = {}

    def typed_as(self, form: str) -> Sequence[Road]:
        """The roads that are typed exactly so."""
        begin = bisect_left(self._forms, form)
        end = bisect_right(self._forms, form, begin)
        return [self.roads[at] for at in self._at[begin : min(end, begin + _ALL_OF_A_FORM)]]

    def begin_with(self, keys: str) -> Sequence[Road]:
        """Roads that go on from these keys, what is finished soonest first; the likeliest only."""
        if not keys:
            return self.roads[:_MOST_KEPT]
        known = self._likeliest.get(keys)
        if known is not None:
            return known
        begin = bisect_left(self._forms, keys)
        end = bisect_right(self._forms, keys + _BEHIND_ALL, begin)
        found = self._soonest(begin, end)
        if end - begin > _SORTED_ANEW:
            self._likeliest[keys] = found
        return found

    def nearly(self, form: str) -> Sequence[Road]:
        """The roads that are typed so but for one wrong, missing, extra or too early key."""
        found = (road for other in slips(form, self) for road in self.typed_as(other))
        return list(dict.fromkeys(islice(found, _ALL_OF_A_FORM)))

    def nearly_begin_with(self, keys: str) -> Sequence[Road]:
        """Roads that go on from these keys but for one."""
        begun = (other for other in slips(keys, self) if self.any_begins_with(other))
        found = (road for other in begun for road in self.begin_with(other))
        return list(dict.fromkeys(islice(found, _MOST_KEPT)))

    def longest(self, keys: str) -> int:
        """So many of the keys begin some road."""
        at = bisect_left(self._forms, keys)
        return max((_shared(keys, form) for form in self._forms[max(at - 1, 0) : at + 1]), default=0)

    def any_begins_with(self, keys: str) -> bool:
        at = bisect_left(self._forms, keys)
        return at < len(self._forms) and self._forms[at].startswith(keys)

    def _soonest(self, begin: int, end: int) -> tuple[Road, ...]:
        left: dict[int, int] = {}
        for form, at in zip(self._forms[begin:end], self._at[begin:end], strict=True):
            left[at] = min(len(form), left.get(at, len(form)))
        order = sorted(left, key=lambda at: (left[at], at))
        return tuple(self.roads[at] for at in order[:_MOST_KEPT])


class RomanForms:
    """The roads by their names in Latin letters."""

    def __init__(self, roads: Iterable[Road]) -> None:
        self._roads = sorted(((roman_key(road.name), road) for road in roads), key=lambda pair: pair[0])

    def typed_as(self, key: str) -> Sequence[Road]:
        return [road for form, road in self._from(key) if form == key]

    def begin_with(self, key: str) -> Sequence[Road]:
        return [road for _, road in sorted(self._from(key), key=lambda pair: (len(pair[0]), pair[0]))]

    def _from(self, key: str) -> Sequence[tuple[str, Road]]:
        begin = bisect_left(self._roads, key, key=lambda pair: pair[0]) if key else len(self._roads)
        return list(takewhile(lambda pair: pair[0].startswith(key), islice(self._roads, begin, None)))


class NameForms:
    """The names of buildings by any part: in full letters and in initials."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(names, key=lambda name: (len(name), name))
        self._full = _Parts(self._names, strokes)
        self._short = _Parts(self._names, initials)

    def with_part(self, keys: str, most: int) -> list[str]:
        """Names that begin so, then names that have it within; the shorter ones first."""
        lines = {*self._full.beginning(keys, most), *self._short.beginning(keys, most)}
        return [self._names[line] for _, line in sorted(lines)][:most]

    def longest(self, keys: str) -> int:
        """So many of the keys are part of some name."""
        return max(self._full.longest(keys), self._short.longest(keys))

    def nearly(self, keys: str, most: int) -> list[str]:
        """Names that have these keys but for one."""
        begun = (other for other in slips(keys, self._full) if self._full.any_begins_with(other))
        lines = {line for other in begun for line in self._full.beginning(other, most)}
        return [self._names[line] for _, line in sorted(lines)][:most]


class _Parts:
    """Many short texts as one, and where in it each syllable begins, sorted by what follows there."""

    def __init__(self, names: Sequence[str], typed: Callable[[str], str]) -> None:
        self._begins = array("I")
        syllables: list[str] = []
        starts: dict[str, array[int]] = defaultdict(lambda: array("I"))  # few are sorted at a time
        at = 0
        for name in names:
            self._begins.append(at)
            for sign in name:
                syllables.append(typed(sign))
                starts[syllables[-1][:1]].append(at)
                at += len(syllables[-1])
            syllables.append("\n")
            at += 1
        self._text = "".join(syllables)
        self._starts = array("I")
        for _, some in sorted(starts.items()):
            self._starts.extend(sorted(some, key=self._what_follows))
        self.letters = sorted(set(self._text) - set("0123456789-\n"))
        self._soonest: dict[str, list[tuple[bool, int]]] = {}

    def beginning(self, keys: str, most: int) -> list[tuple[bool, int]]:
        """Whether a name only goes on so (false: it begins so), and its number; the shorter ones first."""
        begin, end = self._range(keys)
        if end - begin <= _SORTED_ANEW:
            return self._lines(self._starts[begin:end])
        if keys not in self._soonest:  # no more than the table has such parts of names
            self._soonest[keys] = self._lines(nsmallest(most, self._starts[begin:end]))
        return self._soonest[keys]

    def any_begins_with(self, keys: str) -> bool:
        begin, end = self._range(keys)
        return begin < end

    def longest(self, keys: str) -> int:
        at = bisect_left(self._starts, keys[:_FOLLOWS], key=self._what_follows)
        near = self._starts[max(at - 1, 0) : at + 1]
        return max((_shared(keys, self._text[start : start + len(keys)]) for start in near), default=0)

    def _range(self, keys: str) -> tuple[int, int]:
        begin = bisect_left(self._starts, keys[:_FOLLOWS], key=self._what_follows)
        return begin, bisect_right(self._starts, keys[:_FOLLOWS] + _BEHIND_ALL, begin, key=self._what_follows)

    def _what_follows(self, start: int) -> str:
        return self._text[start : start + _FOLLOWS]

    def _lines(self, starts: Iterable[int]) -> list[tuple[bool, int]]:
        found = ((start, bisect_right(self._begins, start) - 1) for start in starts)
        return sorted((self._begins[line] != start, line) for start, line in found)


class DongForms:
    """The legal dongs that a dong may mean, by every way to type it."""

    def __init__(self, table: Gazetteer) -> None:
        meant: dict[str, dict[str, None]] = defaultdict(dict)
        for dong in table.dongs_here:
            for form in dong_forms(dong):
                meant[form].update(dict.fromkeys(table.beopjeong_of(dong)))
        self._meant = {form: tuple(dongs) for form, dongs in meant.items()}

    def typed_as(self, form: str) -> Collection[str]:
        return self._meant.get(form, ())

    def before(self, keys: str) -> Iterator[tuple[int, Collection[str]]]:
        """Dongs that the keys begin with, and where each ends."""
        for end in range(1, min(len(keys), 18)):
            if keys[:end] in self._meant and (end > 1 or not keys[end].isdigit()):
                yield end, self._meant[keys[:end]]


class Index:
    """All of one table."""

    def __init__(self, table: Gazetteer) -> None:
        self.roads = RoadForms(table.roads)
        self.names = NameForms(table.names())
        self.dongs = DongForms(table)
        self.gus = {strokes(gu): gu for gu in table.gus}
        self._all_roads = table.roads

    @cached_property
    def romanised(self) -> RomanForms:
        """Made when first asked for: few type so."""
        return RomanForms(self._all_roads)


def index_of(table: Gazetteer) -> Index:
    """Made when a table is first asked; it goes when its table goes."""
    with _making:
        found = _indexes.get(table)
        if found is None:
            found = _indexes[table] = Index(table)
        return found


_making = Lock()
_indexes: WeakKeyDictionary[Gazetteer, Index] = WeakKeyDictionary()


def _shared(one: str, other: str) -> int:
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


class Begun(Protocol):
    """Something that is looked up by how it begins."""

    @property
    def letters(self) -> Sequence[str]: ...

    def any_begins_with(self, keys: str) -> bool: ...

    def longest(self, keys: str) -> int: ...


def slips(keys: str, among: Begun) -> Iterator[str]:
    """What may have been meant if one key is wrong, missing, extra or too early; digits stay."""
    for at in range(min(among.longest(keys), len(keys) - 1) + 1):
        before, key, after = keys[:at], keys[at], keys[at + 1 :]
        letter = not (key.isdigit() or key in "- ")
        if letter:
            yield before + after
            if after and not after[0].isdigit():
                yield before + after[0] + key + after[1:]
        for other in filter(among.any_begins_with, (before + meant for meant in among.letters)):
            yield other + key + after
            if letter:
                yield other + after
