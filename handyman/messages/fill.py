"""A template filled and kept to one part: a rule.

A Korean carrier's text holds 90 bytes of cp949, and 70 characters where Hangul travels as UCS-2. What a
placeholder stands for can be said in several ways, each shorter than the one before. While the filled text
is too long, the next step of one fixed order is taken; then each step that turns out not to be needed is
taken back, the last one first. So a long name never breaks a text, and nothing is left out for nothing.

An offer is decided by its text alone, so it goes another way: how long it takes goes before a number does,
and where a link leaves no room for the numbers they go before the rest that a member decides by.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handyman.messages.texts import (
    AIM_BYTES,
    LINK,
    clean,
    fits,
    is_carried,
    plain,
    size,
)

PLACE = re.compile(r"\{([^{}]*)\}")
LOOSE = re.compile(rf"(?<!{re.escape(LINK)}) \?")  # where what it asked of was left out; never at an address


class Slot(StrEnum):
    """What a template may name, in words that whoever writes it understands, in both languages."""

    OFFICE = "사무실"
    WHEN = "때"
    WHERE = "곳"
    WHO = "누가"
    WHAT = "무엇"
    NUMBER = "번호"
    PHONE = "전화"
    LINK = "링크"
    UNTIL = "까지"
    COUNT = "건수"
    LONG = "얼마나"
    AGAIN = "다시"
    SUM = "돈"


class Step(StrEnum):
    """How a text gets shorter."""

    HOURS = "hours"  # 오후 1-3시 → 13-15시: says the same
    SECOND_NAME = "second_name"
    MORE_ITEMS = "more_items"  # 외 n건
    SHORT_ITEM = "short_item"
    OFFICE = "office"
    FIRST_NAME = "first_name"
    WHERE = "where"
    WEEKDAY = "weekday"
    HYPHENS = "hyphens"
    SHORT_UNTIL = "short_until"
    DONG = "dong"  # 상도1동 → 상도1
    OTHERS = "others"  # that more than one comes, more than one place, more than one number
    MONTH = "month"
    NO_UNTIL = "no_until"
    NO_NUMBER = "no_number"
    NO_PHONE = "no_phone"
    # from here on goes what a member decides by
    WINDOW_END = "window_end"
    NO_ONCE_MORE = "no_once_more"  # that it was repaired before, in vain
    LAST_NAME = "last_name"
    TINY_ITEM = "tiny_item"  # two syllables
    NO_AGAIN = "no_again"  # that a member is asked anew
    NO_LENGTH = "no_length"
    LAST_WHERE = "last_where"  # two syllables
    LAST_ITEM = "last_item"  # that there are more, and no longer how many
    NO_ITEMS = "no_items"
    NOBODY = "nobody"
    NOWHERE = "nowhere"


BEYOND = (  # only where settings have changed since a template was saved
    Step.NO_NUMBER,
    Step.NO_PHONE,
    Step.NOBODY,
    Step.NOWHERE,
)
ORDER = tuple(Step)
LEAVES_ROOM = 35  # a link so long, of an address of 26 characters, lets both numbers stand in every text
WITHIN = tuple(step for step in ORDER if step not in BEYOND)
ON_THE_PAGE = (Step.NO_PHONE, Step.NO_NUMBER)  # an offer's link says them, too
DECIDED_BY = frozenset(  # last of all in an offer
    {Step.LAST_WHERE, Step.NO_LENGTH, Step.NO_ITEMS, Step.NOBODY, Step.NOWHERE}
)
_SHORTER = (
    *(step for step in ORDER if step not in {*ON_THE_PAGE, *DECIDED_BY, Step.LAST_NAME}),
    Step.LAST_NAME,  # that somebody comes along, and no longer who
)
OF_AN_OFFER = (*_SHORTER, *ON_THE_PAGE, *(step for step in ORDER if step in DECIDED_BY))
OFFER_WITHIN = (*_SHORTER, Step.NO_LENGTH, Step.LAST_WHERE, Step.NO_ITEMS)


class Why(StrEnum):
    """Why a template is refused."""

    EMPTY = "empty"
    BRACE = "brace"
    UNKNOWN = "unknown"
    MISSING = "missing"
    NOT_CARRIED = "not_carried"
    GLUED = "glued"  # a link that no telephone would find
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Problem:
    why: Why
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """What a placeholder stands for, at full length and after steps."""

    full: str
    shorter: tuple[tuple[Step, str], ...] = ()

    def after(self, taken: Iterable[Step]) -> str:
        said, steps = self.full, frozenset(taken)
        for step, words in self.shorter:
            if step in steps:
                said = words
        return said


Values = Mapping[Slot, Value]


def value(full: str, *shorter: tuple[Step, str]) -> Value:
    """In letters that every telephone shows; what would not be shorter is left out."""
    last = clean(full)
    kept: list[tuple[Step, str]] = []
    for step, words in shorter:
        said = clean(words)
        if said != last and size(said) <= size(last) and len(said) <= len(last):
            kept.append((step, said))
            last = said
    return Value(clean(full), tuple(kept))


def fill(template: str, values: Values, link: int = 0, *, offer: bool = False) -> str:
    """The text, of one part whatever is filled in; {link} stays for an address of `link` characters."""
    words = _fill(template, values, link, offer=offer)
    if words is not None:
        return words
    if link and (bare := _fill(template.replace(f"{{{Slot.LINK}}}", ""), values, 0, offer=offer)) is not None:
        return bare  # an address as long as a text: the office's number is all there is room for
    return _cut(said(template, values, ORDER).replace(LINK, ""))


def said(template: str, values: Values, taken: Iterable[Step] = ()) -> str:
    """Filled as it stands after these steps."""
    steps = frozenset(taken)

    def put(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name == Slot.LINK:
            return LINK
        return values[Slot(name)].after(steps) if name in values else ""

    return LOOSE.sub("?", " ".join(PLACE.sub(put, template).split()))


def find_problems(template: str, allowed: Iterable[Slot], needed: Iterable[Slot]) -> list[Problem]:
    """What keeps a template from being used, but for its length."""
    named = [name.strip() for name in PLACE.findall(template)]
    fixed = PLACE.sub("", template)
    found = [
        Problem(Why.EMPTY) if not template.strip() else None,
        Problem(Why.BRACE) if {"{", "}"} & set(fixed) else None,
        _named(Why.UNKNOWN, [name for name in named if name not in set(allowed)]),
        _named(Why.NOT_CARRIED, not_carried(fixed)),
        Problem(Why.GLUED) if Slot.LINK in named and not _stands_alone(template) else None,
    ]
    if template.strip():
        found.append(_named(Why.MISSING, [slot.value for slot in needed if slot not in named]))
    return [problem for problem in found if problem is not None]


def exceeds(template: str, worst: Values, link: int, *, offer: bool = False) -> bool:
    """Whether it could be longer than one part with everything as short as it can be said."""
    return not _fits(said(template, worst, _may_go(link, offer=offer)), link)


def not_carried(words: str) -> list[str]:
    """The letters that telephones do not show, each once."""
    return list(dict.fromkeys(letter for letter in words if letter != "\n" and not is_carried(letter)))


def tidy(template: str) -> str:
    """As it is kept: one line, with plain dashes and quotation marks, its placeholders without spaces."""
    kept = [
        part if index % 2 == 0 else f"{{{part.strip()}}}" for index, part in enumerate(PLACE.split(template))
    ]
    return " ".join(plain("".join(kept)).split())


def measured(words: str, link: int = 0) -> tuple[int, int]:
    """How many characters and bytes, the link in its place."""
    whole = words.replace(LINK, "x" * link)
    return len(whole), size(whole)


def left_out(template: str, values: Values, link: int, *, offer: bool = False) -> frozenset[Slot]:
    """What the filled text says nothing of for want of room; the link where nothing else helps."""
    taken = _steps(template, values, link, offer=offer)
    if taken is None:
        return frozenset({Slot.LINK})
    named = {name.strip() for name in PLACE.findall(template)}
    return frozenset(
        slot for slot in values if slot in named and values[slot].full and not values[slot].after(taken)
    )


def _may_go(link: int, *, offer: bool) -> Sequence[Step]:
    """What a wording may cost: where, when, who never; the numbers where an offer has no room for them."""
    if not offer:
        return WITHIN
    return OFFER_WITHIN if link <= LEAVES_ROOM else (*OFFER_WITHIN, *ON_THE_PAGE)


def _fill(template: str, values: Values, link: int, *, offer: bool) -> str | None:
    taken = _steps(template, values, link, offer=offer)
    return None if taken is None else said(template, values, taken)


def _steps(template: str, values: Values, link: int, *, offer: bool) -> list[Step] | None:
    """The fewest that make it fit; None where none do."""
    within, beyond = (OFFER_WITHIN, OF_AN_OFFER) if offer else (WITHIN, ORDER)
    kept = _fewest(template, values, link, within) if link <= LEAVES_ROOM else None
    return kept if kept is not None else _fewest(template, values, link, beyond)


def _fewest(template: str, values: Values, link: int, order: Sequence[Step]) -> list[Step] | None:
    taken: list[Step] = []
    if not _fits(said(template, values), link, AIM_BYTES):
        taken.append(Step.HOURS)
    for step in order[1:]:
        if _fits(said(template, values, taken), link):
            break
        taken.append(step)
    for step in reversed(taken[1:]):
        fewer = [each for each in taken if each is not step]
        if _fits(said(template, values, fewer), link):
            taken = fewer
    return taken if _fits(said(template, values, taken), link) else None


def _fits(words: str, link: int, *most: int) -> bool:
    return fits(words.replace(LINK, "x" * link), *most)


def _cut(words: str) -> str:
    while not fits(words):
        words = words[:-1]
    return words.strip()


def _named(why: Why, words: Iterable[str]) -> Problem | None:
    listed = tuple(dict.fromkeys(words))
    return Problem(why, listed) if listed else None


def _stands_alone(template: str) -> bool:
    return re.search(rf"(?<!\S)\{{\s*{Slot.LINK}\s*\}}(?!\S)", template) is not None
