"""The month as a workbook for the district: numbers as numbers, days as days, and no resident's name."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from handyman.report.monthly import MonthReport
from handyman.report.visit_list import VisitLine
from handyman.report.wording import OUTCOMES, definitions, dong_words, opinion_rows, reason_words
from handyman.words import is_korean

PLAIN_TEXT = {  # what people wrote stays text: never a formula, a link or a number
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Cell = str | int | float | date
Column = tuple[str, int]  # heading, width


def workbook(report: MonthReport, visits: Sequence[VisitLine]) -> bytes:
    """The bytes of the file."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, PLAIN_TEXT) as book:
        writer = _Writer(book)
        writer.sheet(_("요약"), [(_("항목"), 26), (str(report.month), 16)], _summary(report))
        writer.sheet(_("품목별"), _item_columns(), _items(report))
        writer.sheet(_("조합원별"), _member_columns(), _members(report))
        writer.sheet(_("동별"), _dong_columns(), _dongs(report))
        writer.sheet(_("방문 목록"), _visit_columns(), [_visit(line) for line in visits])
    return target.getvalue()


class _Writer:
    """Writes one sheet after another in the same clothes."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format(
            {"bold": True, "bg_color": "#E2EEEB", "bottom": 1, "valign": "vcenter", "text_wrap": True}
        )
        self._text = book.add_format({"valign": "top", "text_wrap": True})
        self._whole = book.add_format({"num_format": "#,##0", "valign": "top"})
        self._hours = book.add_format({"num_format": "#,##0.0", "valign": "top"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})

    def sheet(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for number, (heading, width) in enumerate(columns):
            sheet.set_column(number, number, width)
            sheet.write_string(0, number, heading, self._head)
        for down, row in enumerate(rows, start=1):
            for across, cell in enumerate(row):
                self._write(sheet, down, across, cell)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _write(self, sheet: Any, down: int, across: int, cell: Cell) -> None:
        if isinstance(cell, str):
            sheet.write_string(down, across, cell, self._text)
        elif isinstance(cell, date):
            sheet.write_datetime(down, across, cell, self._day)
        else:
            sheet.write_number(down, across, cell, self._hours if isinstance(cell, float) else self._whole)


def _summary(report: MonthReport) -> list[tuple[Cell, ...]]:
    totals = report.totals
    rows: list[tuple[Cell, ...]] = [
        (_("가구"), totals.households),
        (_("건"), totals.cases),
        (_("품목"), totals.items),
        (_("수량"), totals.pieces),
        (_("마친 방문"), totals.visits),
        (_("못 마친 방문"), totals.failed),
        (_("취소한 방문"), totals.cancelled),
        (_("자재비(원)"), totals.material_won),
        (_("활동 시간(시간)"), _hours(totals.minutes)),
        *opinion_rows(report.opinions),
    ]
    for heading, reasons in (
        (_("못 마친 방문"), report.failed),
        (_("취소한 방문"), report.cancelled_visits),
        (_("취소한 신청"), report.cancelled_requests),
    ):
        rows += [(f"{heading}: {reason_words(row.reason)}", row.count) for row in reasons]
    return rows + [(sentence,) for sentence in definitions()]


def _item_columns() -> list[Column]:
    return [(_("품목"), 26), (_("단위"), 8), (_("건"), 10), (_("품목 수"), 10), (_("수량"), 10)]


def _items(report: MonthReport) -> list[tuple[Cell, ...]]:
    return [
        (row.name_ko if is_korean() else row.name_en, row.unit, row.cases, row.items, row.pieces)
        for row in report.items
    ]


def _member_columns() -> list[Column]:
    return [
        (_("조합원"), 18),
        (_("마친 방문"), 12),
        (_("담당"), 10),
        (_("함께"), 10),
        (_("못 마친 방문"), 14),
        (_("활동 시간(분)"), 14),
        (_("활동 시간(시간)"), 16),
    ]


def _members(report: MonthReport) -> list[tuple[Cell, ...]]:
    return [
        (row.name, row.visits, row.as_lead, row.as_second, row.failed, row.minutes, _hours(row.minutes))
        for row in report.members
    ]


def _dong_columns() -> list[Column]:
    return [(_("행정동"), 18), (_("가구"), 10), (_("마친 방문"), 12), (_("수량"), 10)]


def _dongs(report: MonthReport) -> list[tuple[Cell, ...]]:
    return [(dong_words(row.dong), row.households, row.visits, row.pieces) for row in report.dongs]


def _visit_columns() -> list[Column]:
    return [
        (_("신청 번호"), 14),
        (_("방문 번호"), 11),
        (_("방문일"), 13),
        (_("행정동"), 13),
        (_("결과"), 13),
        (_("한 품목"), 34),
        (_("수량"), 8),
        (_("조합원"), 20),
        (_("작업 시간(분)"), 13),
        (_("자재"), 34),
        (_("자재비(원)"), 13),
    ]


def _visit(line: VisitLine) -> tuple[Cell, ...]:
    return (
        line.request_numbers,
        line.number,
        line.day,
        line.dong,
        str(OUTCOMES[line.outcome]) if line.outcome else "",
        line.items,
        line.pieces,
        line.members,
        line.minutes,
        line.materials,
        line.material_won,
    )


def _hours(minutes: int) -> float:
    return round(minutes / 60, 2)
