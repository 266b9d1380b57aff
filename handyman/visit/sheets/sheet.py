"""A sheet as words, and how its visits are laid on pages. No paper, no tables."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LINES_OF_A_PAGE = 45
LINES_OF_A_STOP = 7  # its head, its address, the place for a signature, and the rule below
LETTERS_OF_A_LINE = 44  # a Hangul syllable is as wide as two Latin letters: on the safe side


@dataclass(frozen=True, slots=True)
class Piece:
    """One item of a visit: 전등 교체 2개, with what was answered about it."""

    what: str
    answers: tuple[str, ...]
    quantity: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit in the order of going; a home that is not open yet shows its dong alone."""

    visit_id: int
    start: str
    window: str
    number: str
    opened: bool
    where: str
    entrance: str = ""
    resident: str = ""
    phone: str = ""
    care: str = ""
    notes: str = ""
    pieces: tuple[Piece, ...] = ()
    company: str = ""  # with whom
    waits: bool = False  # the member has not said yes yet

    @property
    def lines(self) -> int:
        """How many lines it takes at most."""
        texts = [self.where, self.entrance, self.care, self.company, *self.notes.splitlines()]
        for piece in self.pieces:
            texts += [piece.what, ", ".join(piece.answers)]
        return LINES_OF_A_STOP + sum(-(-len(text) // LETTERS_OF_A_LINE) for text in texts)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one member takes along."""

    member_id: int
    member: str
    smartphone: bool
    stops: tuple[Stop, ...]
    bring: tuple[str, ...]

    @property
    def mark(self) -> str:
        """A short sign of all that stands on it, to notice that it would read otherwise now."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def pages(stops: Sequence[Stop]) -> Iterator[tuple[Stop, ...]]:
    """The stops of each page: as many as fit, none torn apart."""
    page: list[Stop] = []
    for stop in stops:
        if page and sum(each.lines for each in page) + stop.lines > LINES_OF_A_PAGE:
            yield tuple(page)
            page = []
        page.append(stop)
    if page:
        yield tuple(page)
