"""The month as a workbook, read back as Excel reads it."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from tests import factories
from tests.conftest import Client
from tests.report.conftest import HandMade, november, report_visit, visit_of


@pytest.fixture
def read_book(client: Client, sign_in: Callable[..., Any], hand_made: HandMade) -> Callable[[], Any]:
    def read() -> Any:
        sign_in("operator")
        answer = client.get("/reports/monthly.xlsx?month=2026-11")
        assert answer.status_code == 200
        assert "spreadsheetml" in str(answer.mimetype)
        assert 'filename="handyman-2026-11.xlsx"' in answer.headers["Content-Disposition"]
        return openpyxl.load_workbook(io.BytesIO(answer.data))

    return read


def rows(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


def test_the_sheets_are_the_districts(read_book: Callable[[], Any]) -> None:
    book = read_book()
    assert book.sheetnames == ["요약", "품목별", "조합원별", "동별", "방문 목록"]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet["A1"].font.bold
        assert sheet.column_dimensions["A"].width > 10


def test_the_figures_are_those_of_the_page(read_book: Callable[[], Any]) -> None:
    book = read_book()
    summary = {row[0]: row[1] for row in rows(book["요약"])}
    assert [summary[name] for name in ("가구", "건", "품목", "수량", "마친 방문")] == [2, 3, 5, 6, 4]
    assert summary["자재비(원)"] == 79_000
    assert summary["활동 시간(시간)"] == 4.0
    assert summary["못 마친 방문: 아무도 없음"] == 1
    assert rows(book["품목별"])[1:] == [("전등 교체", "개", 2, 3, 4), ("안전 손잡이", "개", 2, 2, 2)]
    assert rows(book["조합원별"])[1] == ("박수리", 3, 3, 0, 1, 150, 2.5)
    assert rows(book["동별"])[1:] == [("사당1동", 1, 1, 1), ("상도1동", 1, 3, 5)]


def test_each_visit_is_a_line_with_a_real_day_and_real_numbers(read_book: Callable[[], Any]) -> None:
    sheet = read_book()["방문 목록"]
    listed = rows(sheet)
    assert len(listed) == 1 + 5
    first = dict(zip(listed[0], listed[1], strict=True))
    assert first["방문일"] == datetime(2026, 11, 2)
    assert sheet["C2"].is_date
    assert first["한 품목"] == "전등 교체 2, 안전 손잡이 1"
    assert (first["수량"], first["작업 시간(분)"], first["자재비(원)"]) == (3, 60, 61_000)
    assert first["결과"] == "일부 마침"
    assert [row[7] for row in listed[1:]] == ["박수리", "박수리", "박수리", "박수리, 이함께", "이함께"]


def test_no_resident_is_named_in_the_workbook(read_book: Callable[[], Any], hand_made: HandMade) -> None:
    told = " ".join(str(cell) for sheet in read_book() for row in rows(sheet) for cell in row)
    for private in ("김보기", "이보기", "상도로", "사당로", "+8210"):
        assert private not in told


@pytest.mark.parametrize(
    "name", ["=1+1", "+82", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x.kr", "12"]
)
def test_a_name_that_looks_like_a_formula_stays_a_name(
    read_book: Callable[[], Any], hand_made: HandMade, name: str
) -> None:
    member = factories.make_member(name)
    visit = visit_of(factories.make_request(items=[hand_made.lamp]), november(3), [member])
    report_visit(visit, [1], 10)
    sheet = read_book()["조합원별"]
    cells = [cell for cell in sheet["A"] if cell.value == name]
    assert [(cell.data_type, cell.hyperlink) for cell in cells] == [("s", None)]
