"""What a table's roads, dongs and names are typed like, sorted once for each table."""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from threading import Lock
from weakref import WeakKeyDictionary

from rapidfuzz.distance import Levenshtein

from handyman.geocode.gazetteer import Gazetteer, Road
from handyman.geocode.keyboard import strokes
from handyman.geocode.suggest_keys import dong_forms, initials, road_forms

_BEHIND_ALL = "\U0010ffff"
_SORTED_ANEW = 64  # among more roads than these, the likeliest are worked out once and kept
_MOST_KEPT = 40
_ALL_OF_A_FORM = 200  # 23 20-3: a lane 23 leaves many roads


class RoadForms:
    """The roads by every way to type them."""

    def __init__(self, roads: Iterable[Road]) -> None:
        self.roads = sorted(roads, key=lambda road: (len(road.name), road.name, road.gu))
        pairs = sorted((form, at) for at, road in enumerate(self.roads) for form in road_forms(road.name))
        self._forms: list[str] = []
        for form, _ in pairs:  # one text for all roads that share the form
            self._forms.append(self._forms[-1] if self._forms and self._forms[-1] == form else form)
        self._at = array("I", (at for _, at in pairs))
        self._letters = sorted({key for form in self._forms for key in form if not key.isdigit()})
        self._likeliest: dict[str, tuple[Road, ...]] = {}

    def typed_as(self, form: str) -> Sequence[Road]:
        """The roads that are typed exactly so."""
        begin = bisect_left(self._forms, form)
        end = bisect_right(self._forms, form, begin)
        return [self.roads[at] for at in self._at[begin : min(end, begin + _ALL_OF_A_FORM)]]

    def begin_with(self, keys: str) -> Sequence[Road]:
        """Roads that go on from these keys, what is finished soonest first; the likeliest only."""
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
        found = (road for other in self._slips(form) for road in self.typed_as(other))
        return list(dict.fromkeys(islice(found, _ALL_OF_A_FORM)))

    def nearly_begin_with(self, keys: str) -> Sequence[Road]:
        """Roads that go on from these keys but for one."""
        begun = (other for other in self._slips(keys) if self._any_begins_with(other))
        found = (road for other in begun for road in self.begin_with(other))
        return list(dict.fromkeys(islice(found, _MOST_KEPT)))

    def longest(self, keys: str) -> int:
        """So many of the keys begin some road."""
        at = bisect_left(self._forms, keys)
        return max((_shared(keys, form) for form in self._forms[max(at - 1, 0) : at + 1]), default=0)

    def _slips(self, keys: str) -> Iterator[str]:
        """What may have been meant; a digit is never another one."""
        for at in range(min(self.longest(keys), len(keys) - 1) + 1):
            before, key, after = keys[:at], keys[at], keys[at + 1 :]
            letter = not (key.isdigit() or key in "- ")
            if letter:
                yield before + after
                if after and not after[0].isdigit():
                    yield before + after[0] + key + after[1:]
            for other in filter(self._any_begins_with, (before + meant for meant in self._letters)):
                yield other + key + after
                if letter:
                    yield other + after

    def _any_begins_with(self, keys: str) -> bool:
        at = bisect_left(self._forms, keys)
        return at < len(self._forms) and self._forms[at].startswith(keys)

    def _soonest(self, begin: int, end: int) -> tuple[Road, ...]:
        left: dict[int, int] = {}
        for form, at in zip(self._forms[begin:end], self._at[begin:end], strict=True):
            left[at] = min(len(form), left.get(at, len(form)))
        order = sorted(left, key=lambda at: (left[at], at))
        return tuple(self.roads[at] for at in order[:_MOST_KEPT])


class NameForms:
    """The names of buildings, the shorter first, as two long texts to search in: full and initials."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(names, key=lambda name: (len(name), name))
        self._texts = [_Lines(strokes(name) for name in self._names)]
        self._texts.append(_Lines(initials(name) for name in self._names))

    def with_part(self, keys: str, most: int) -> list[str]:
        """Names that begin so, then names that have it within."""
        found = [self._names[line] for key in ("\n" + keys, keys) for line in self._lines(key, most)]
        return list(dict.fromkeys(found))[:most]

    def longest(self, keys: str) -> int:
        """So many of the keys are part of some name."""
        low, high = 0, len(keys)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if any(self._lines(keys[:middle], 1)) else (low, middle - 1)
        return low

    def nearly(self, keys: str, most: int) -> list[str]:
        """Names that have these keys but for one wrong, missing or extra one: then one half stands right."""
        half = len(keys) // 2
        found = {line for part in (keys[:half], keys[half:]) for line in self._texts[0].having(part, most)}
        return [
            self._names[line] for line in sorted(found) if _nearly_within(keys, self._texts[0].line(line))
        ]

    def _lines(self, keys: str, most: int) -> Iterator[int]:
        for text in self._texts:
            yield from text.having(keys, most)


class _Lines:
    """Many short texts as one."""

    def __init__(self, lines: Iterable[str]) -> None:
        kept = list(lines)
        self._text = "\n" + "\n".join(kept) + "\n"
        self._begins = array("I")
        begin = 0
        for line in kept:
            self._begins.append(begin)
            begin += len(line) + 1

    def having(self, part: str, most: int) -> Iterator[int]:
        """The first lines that have this part."""
        at = -1
        for _ in range(most):
            at = self._text.find(part, at + 1)
            if at < 0:
                return
            line = bisect_right(self._begins, at) - 1
            if line >= len(self._begins) or not self._begins:
                return
            yield line
            at = self._text.find("\n", at + 1) - 1

    def line(self, number: int) -> str:
        begin = self._begins[number] + 1
        return self._text[begin : self._text.find("\n", begin)]


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


def _nearly_within(keys: str, line: str) -> bool:
    """Whether some stretch of the line is the keys but for one."""
    size = len(keys)
    return any(
        Levenshtein.distance(keys, line[begin : begin + length], score_cutoff=1) <= 1
        for begin in range(max(len(line) - size + 2, 1))
        for length in (size, size - 1, size + 1)
    )
