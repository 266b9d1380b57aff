"""The month counted against one made by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from handyman.month import Month
from handyman.report.monthly import DongRow, MonthReport, ReasonRow, Totals, count_month
from tests import factories
from tests.conftest import Client, Clock
from tests.report.conftest import HandMade

NOVEMBER = Month(2026, 11)


@pytest.fixture
def report(hand_made: HandMade) -> MonthReport:
    return count_month(NOVEMBER)


def test_households_cases_items_and_pieces_are_counted_apart(report: MonthReport) -> None:
    assert report.totals == Totals(
        households=2,
        cases=3,
        items=5,
        pieces=6,
        visits=4,
        failed=1,
        cancelled=1,
        material_won=3 * 18_000 + 25_000,
        minutes=60 + 30 + 20 + 2 * 40 + 50,
    )


def test_the_same_month_is_counted_on_both_databases(any_database: str, hand_made: HandMade) -> None:
    report = count_month(NOVEMBER)
    assert (report.totals.pieces, report.totals.material_won) == (6, 79_000)
    assert [row.pieces for row in report.items] == [4, 2]
    assert [row.reason for row in report.failed] == ["nobody_home"]


def test_each_item_is_counted_with_its_pieces(report: MonthReport) -> None:
    assert [(row.name_ko, row.cases, row.items, row.pieces) for row in report.items] == [
        ("전등 교체", 2, 3, 4),
        ("안전 손잡이", 2, 2, 2),
    ]


def test_the_time_of_a_visit_counts_for_everybody_who_went(report: MonthReport) -> None:
    assert [
        (row.name, row.visits, row.as_lead, row.as_second, row.failed, row.minutes) for row in report.members
    ] == [("박수리", 3, 3, 0, 1, 150), ("이함께", 2, 1, 1, 0, 90)]


def test_each_dong_is_counted(report: MonthReport) -> None:
    assert report.dongs == [DongRow("사당1동", 1, 1, 1), DongRow("상도1동", 1, 3, 5)]


def test_what_was_not_done_is_counted_by_reason(report: MonthReport) -> None:
    assert report.failed == [ReasonRow("nobody_home", 1)]
    assert report.cancelled_visits == [ReasonRow("resident_away", 1)]
    assert report.cancelled_requests == [ReasonRow("repaired_already", 1)]


def test_a_month_without_work_is_all_noughts(hand_made: HandMade) -> None:
    report = count_month(Month(2025, 1))
    assert report.totals == Totals(0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert (report.items, report.members, report.dongs) == ([], [], [])


def test_a_visit_late_in_the_evening_belongs_to_its_day_in_seoul(hand_made: HandMade) -> None:
    october = count_month(Month(2026, 10))
    assert (october.totals.visits, october.totals.items, october.totals.minutes) == (1, 1, 999)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-0", "1999-12", "2101-01", "11-2026", "２０２６-11", "x" * 999]
)
def test_a_month_that_is_none_is_known_as_such(text: str) -> None:
    assert Month.parse(text) is None


def test_months_follow_one_another_over_the_year() -> None:
    december = Month(2026, 12)
    assert (december.next, december.previous) == (Month(2027, 1), NOVEMBER)
    assert (december.first, december.end) == (date(2026, 12, 1), date(2027, 1, 1))
    assert december.starts_at == datetime(2026, 11, 30, 15, tzinfo=UTC)
    assert str(Month(2026, 3)) == "2026-03"


def test_the_page_shows_the_month_and_what_it_counts(
    client: Client, sign_in: Callable[..., Any], hand_made: HandMade
) -> None:
    sign_in("operator")
    answer = client.get("/reports/monthly?month=2026-11")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for words in (
        "2026년 11월 보고",
        "79,000원",
        "전등 교체",
        "박수리",
        "사당1동",
        "아무도 없음",
        "이미 고침",
    ):
        assert words in page
    assert "가구: 마친 방문이 한 번이라도 있는 가구." in page
    assert "month=2026-10" in page
    assert "month=2026-12" in page
    assert "monthly.xlsx?month=2026-11" in page
    assert "김보기" not in page


def test_the_page_opens_with_the_present_month(
    client: Client, sign_in: Callable[..., Any], clock: Clock
) -> None:
    sign_in("operator")
    clock.set(datetime(2026, 11, 30, 15, tzinfo=UTC))  # midnight in Seoul
    assert "2026년 12월 보고" in client.get("/reports/monthly").get_data(as_text=True)


@pytest.mark.parametrize("address", ["/reports/monthly", "/reports/monthly.xlsx"])
def test_a_month_typed_wrongly_is_answered_with_a_sentence_beside_it(
    client: Client, sign_in: Callable[..., Any], address: str
) -> None:
    sign_in("operator")
    answer = client.get(f"{address}?month=십일월")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "달을 2026-11처럼 적어 주십시오." in page
    assert 'value="십일월"' in page


@pytest.mark.parametrize("address", ["/reports/monthly", "/reports/monthly.xlsx"])
def test_the_report_is_for_the_office_alone(client: Client, address: str) -> None:
    assert client.get(address).status_code == 303


def test_the_page_asks_as_many_questions_for_a_full_month_as_for_an_empty_one(
    client: Client, sign_in: Callable[..., Any], hand_made: HandMade, count_queries: Callable[[], Any]
) -> None:
    sign_in("operator")
    counts = []
    for month in ("2025-01", "2026-11"):
        with count_queries() as asked:
            client.get(f"/reports/monthly?month={month}")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 13


def test_a_home_that_was_not_found_has_a_line_of_its_own(hand_made: HandMade) -> None:
    from tests.report.conftest import november, report_visit, visit_of

    lost = factories.make_resident("정보기", address=factories.make_address("어딘가", point=None))
    request = factories.make_request(lost, [hand_made.lamp])
    report_visit(visit_of(request, november(25), [hand_made.lead]), [1], 30)
    assert count_month(NOVEMBER).dongs[0] == DongRow("", 1, 1, 1)
