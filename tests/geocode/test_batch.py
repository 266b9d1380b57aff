"""A table of addresses in, a table of places out."""

import csv
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from handyman import commands
from handyman.geocode import batch
from handyman.geocode.batch import COLUMNS, BadTableError, MissingColumnError, geocode_file
from handyman.geocode.locate import locate
from handyman.geocode.located import Finding


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


def test_list_of_excel_in_korea_is_read(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes("번호,query\r\n1,상도로 369\r\n2\r\n".encode("cp949"))
    assert geocode_file(tmp_path / "in.csv", tmp_path / "out.csv").found == 1
    rows = list(csv.reader((tmp_path / "out.csv").open(encoding="utf-8", newline="")))
    assert [row[0] for row in rows] == ["query", "상도로 369", ""]


def test_road_or_dong_alone_is_told_without_a_point_to_send_somebody_to(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("query\n상도로\n사당동\n래미안\n", encoding="utf-8")
    result = geocode_file(tmp_path / "in.csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as lines:
        road, dong, several = list(csv.DictReader(lines))
    assert result.found == 0
    assert (road["grade"], road["address"], road["lat"]) == ("road", "동작구 상도로", "")
    assert (dong["grade"], dong["dong"], dong["lon"]) == ("dong", "사당동", "")
    assert set(several.values()) == {"래미안", ""}


def test_empty_lines_within_a_list_of_one_column_keep_their_place(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('query\n\n상도로 369\n""\n\n상도로 371\n\n\n', encoding="utf-8")
    assert geocode_file(tmp_path / "in.csv", tmp_path / "out.csv").rows == 5
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["query"] for row in csv.DictReader(lines)] == ["", "상도로 369", "", "", "상도로 371"]


def test_broken_run_leaves_no_table_and_the_old_one_alone(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("query\n상도로 369\n상도로 371\n", encoding="utf-8")
    (tmp_path / "out.csv").write_text("of yesterday", encoding="utf-8")

    def stops(text: str) -> Finding:
        if "371" in text:
            raise KeyboardInterrupt
        return locate(text)

    with pytest.raises(KeyboardInterrupt):
        geocode_file(tmp_path / "in.csv", tmp_path / "out.csv", stops)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "of yesterday"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_progress_counts_the_bytes_of_the_list(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("query\n" + "상도로 369\n" * 1000, encoding="utf-8")
    steps: list[int] = []
    geocode_file(source, tmp_path / "out.csv", progress=steps.append)
    assert len(steps) == 6
    assert sum(steps) == source.stat().st_size


def test_text_of_no_known_encoding_is_said_by_the_command(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(b"query\n\xff\xfe\n")
    ran = CliRunner().invoke(commands.geocode, [str(tmp_path / "in.csv"), str(tmp_path / "out.csv")])
    assert (ran.exit_code, "neither UTF-8 nor cp949" in ran.output) == (1, True)


def test_dong_and_jibun_together_are_the_lot(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("\ufeffquery\n사당1동 1011-1\n\n,\n", encoding="utf-8")
    result = geocode_file(tmp_path / "in.csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8") as lines:
        first = next(csv.DictReader(lines))
    assert (first["dong"], first["jibun"], first["grade"]) == ("사당동", "1011-1", "lot")
    assert (result.rows, result.found) == (3, 1)


@pytest.mark.parametrize(
    ("content", "target", "told"),
    [
        ("query\n상도로 1\n" + "가" * 140_000, "out.csv", "Line 3 is no line of a CSV table"),
        ("번호;주소\n1;상도로 1\n", "out.csv", "It names 번호;주소."),
        ("query\n상도로 1\n", "nowhere/out.csv", "nowhere: No such file or directory."),
        ("query\n" + "상도로 1\n" * 2_000, "/dev/full", "/dev/full: No space left on device."),
    ],
)
def test_command_says_what_is_wrong_and_where(tmp_path: Path, content: str, target: str, told: str) -> None:
    (tmp_path / "in.csv").write_text(content, encoding="utf-8")
    ran = CliRunner().invoke(commands.geocode, [str(tmp_path / "in.csv"), str(tmp_path / target)])
    assert ran.exit_code == 1
    assert told in ran.output
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.csv"]


def test_command_that_is_told_to_stop_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in.csv").write_text("query\n상도로 369\n", encoding="utf-8")
    monkeypatch.setattr(batch, "locate", lambda *_, **__: signal.raise_signal(signal.SIGTERM))
    ran = CliRunner().invoke(commands.geocode, [str(tmp_path / "in.csv"), str(tmp_path / "out.csv")])
    assert ran.exit_code == 128 + signal.SIGTERM
    assert [file.name for file in tmp_path.iterdir()] == ["in.csv"]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
