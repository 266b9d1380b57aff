"""The sheets as a PDF: A4, large letters, in the font that the pages are written in."""

import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from handyman.visit.sheets.printing import Printed
from handyman.visit.sheets.sheet import Stop, pages

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).resolve().parents[3] / "node_modules" / "krds-uiux" / "resources" / "fonts"
REGULAR, BOLD = FONTS / "PretendardGOV-Regular.subset.woff", FONTS / "PretendardGOV-Bold.subset.woff"
FONT = "Pretendard"  # not its .woff2, which takes a second longer to unpack for each print
MARGIN, WIDTH = 14, 182  # millimetres of an A4 page
SIZE, LARGE, SMALL, LINE = 12, 16, 10, 5.6


@dataclass(frozen=True, slots=True)
class About:
    """What stands on every page."""

    office: str
    phone: str
    day: str
    stamp: str  # printed when, by whom


def is_possible() -> bool:
    """Whether the browser parts, which bring the font, are installed."""
    return _there(REGULAR) and _there(BOLD)


def draw(printed: Sequence[Printed], about: About) -> bytes:
    from fpdf import FPDF

    paper = FPDF(format="A4")
    paper.set_margins(MARGIN, MARGIN)
    paper.set_auto_page_break(True, MARGIN)
    paper.set_title(f"{about.office} {about.day}")
    paper.add_font(FONT, "", str(REGULAR))
    paper.add_font(FONT, "B", str(BOLD))
    for each in printed:
        laid = list(pages(each.sheet.stops))
        for place, stops in enumerate(laid, 1):
            paper.add_page()
            _head(paper, each, about, place, len(laid))
            for stop in stops:
                _stop(paper, stop)
    return bytes(paper.output())


@cache
def _there(file: Path) -> bool:
    return file.is_file()


def _head(paper: "FPDF", each: Printed, about: About, page: int, count: int) -> None:
    _line(paper, f"{about.day}  {each.sheet.member}", size=LARGE, bold=True)
    number = _(
        "%(day)s %(number)s번 · %(page)s/%(pages)s쪽",
        day=about.day,
        number=each.number,
        page=page,
        pages=count,
    )
    _line(paper, f"{number} · {about.stamp}", size=SMALL)
    _line(paper, f"{about.office} {about.phone}", size=SMALL)
    if page == 1 and each.sheet.bring:
        _line(paper, _("챙길 것: %(what)s", what=", ".join(each.sheet.bring)), bold=True)
    paper.ln(1)


def _stop(paper: "FPDF", stop: Stop) -> None:
    paper.line(MARGIN, paper.get_y(), MARGIN + WIDTH, paper.get_y())
    paper.ln(1.5)
    _line(paper, f"{stop.start}   {stop.where}", bold=True, size=SIZE + 1)
    promised, numbered = _("약속 %(window)s", window=stop.window), _("방문 번호")
    _line(paper, f"{promised}   {numbered} {stop.number}" if stop.opened else promised)
    for sentence in sentences(stop):
        _line(paper, sentence)
    for piece in stop.pieces:
        done = _("한 개수 ______ / %(quantity)s", quantity=piece.quantity)
        _line(paper, f"□ {piece.what}   {done}", bold=True)
        if piece.answers:
            _line(paper, f"    {', '.join(piece.answers)}")
    paper.ln(4)  # room for a hand
    _line(paper, _("서명 ____________________   마친 시각 ______ : ______"))
    paper.ln(1.5)


def sentences(stop: Stop) -> list[str]:
    """What a page and a PDF say of a visit alike, one to a line."""
    said = []
    if stop.waits:
        said.append(_("아직 맡겠다는 답이 없습니다."))
    if not stop.opened:
        said.append(_("자세한 주소는 맡은 방문만, 전날 오후 5시부터 인쇄됩니다."))
    if stop.entrance:
        said.append(": ".join((_("들어가는 법"), stop.entrance)))
    if stop.resident:
        said.append(f"{stop.resident}   {stop.phone}")
    if stop.care:
        said.append(": ".join((_("살펴 주십시오"), stop.care)))
    if stop.company:
        said.append(": ".join((_("함께 갈 사람"), stop.company)))
    if stop.notes:
        said.append(": ".join((_("전할 말"), stop.notes)))
    return said


def in_letters(text: str, known: Container[int]) -> str:
    """In letters that the font has: ㎡ as m2; a rare syllable as ?, which somebody will ask about."""
    return "".join(letter if letter == "\n" else _letter(letter, known) for letter in text)


def _letter(letter: str, known: Container[int]) -> str:
    if ord(letter) in known:
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    return plain if plain != letter and all(ord(each) in known for each in plain) else "?"


def _line(paper: "FPDF", text: str, *, size: float = SIZE, bold: bool = False) -> None:
    paper.set_font(FONT, "B" if bold else "", size)
    font: Any = paper.fonts[FONT.lower()]
    paper.multi_cell(
        WIDTH,
        LINE * size / SIZE,
        in_letters(text, font.cmap),
        new_x="LMARGIN",
        new_y="NEXT",
        align="L",
    )
