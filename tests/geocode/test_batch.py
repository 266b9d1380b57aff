"""A table of addresses in, a table of places out."""

import csv
from pathlib import Path

import pytest

from handyman.geocode.batch import COLUMNS, BadTableError, MissingColumnError, geocode_file


def test_each_row_gets_its_place_or_stays_empty(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(
        "id,query\n1,상도로 369\n2,강남구 테헤란로 1\n3,래미안\n", encoding="utf-8"
    )
    result = geocode_file(tmp_path / "in.csv", tmp_path / "out.csv")
    assert (result.rows, result.found) == (3, 1)
    with (tmp_path / "out.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["grade"], rows[0]["road_name"], rows[0]["building_number"]) == (
        "building",
        "상도로",
        "369",
    )
    assert [row["lat"] for row in rows[1:]] == ["", ""]


def test_file_without_the_column_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("address\n상도로 369\n", encoding="utf-8")
    with pytest.raises(MissingColumnError, match="query"):
        geocode_file(tmp_path / "in.csv", tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("content", ["", "\n", "query\n" + "가" * 200_000])
def test_file_that_is_no_table_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "in.csv").write_text(content, encoding="utf-8")
    with pytest.raises(BadTableError):
        geocode_file(tmp_path / "in.csv", tmp_path / "out.csv")


def test_table_is_not_written_over_itself(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("query\n상도로 369\n", encoding="utf-8")
    with pytest.raises(OSError, match="two files"):
        geocode_file(tmp_path / "in.csv", tmp_path / "in.csv")
    assert (tmp_path / "in.csv").read_text(encoding="utf-8") == "query\n상도로 369\n"


def test_dong_and_jibun_together_are_the_lot(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("\ufeffquery\n사당1동 1011-1\n\n,\n", encoding="utf-8")
    result = geocode_file(tmp_path / "in.csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8") as lines:
        first = next(csv.DictReader(lines))
    assert (first["dong"], first["jibun"], first["grade"]) == ("사당동", "1011-1", "lot")
    assert (result.rows, result.found) == (3, 1)
