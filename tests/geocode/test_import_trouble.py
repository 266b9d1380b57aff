"""What goes wrong with an import is said in a sentence, and nothing that was known or read is lost."""

import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from click.testing import Result
from flask import Flask

from handyman.geocode import gazetteer
from handyman.geocode.gazetteer import Road, current
from handyman.geocode.table import import_files as files
from handyman.geocode.table import import_work
from handyman.geocode.table.importing import StoppedImportError, import_files

HEAD = "gu,road_name,building_main,lat,lon"


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    return path


def house(number: object, gu: str = "관악구") -> str:
    return f"{gu},새길로,{number},37.48,126.93"


def numbers(gu: str = "관악구") -> list[str]:
    return [point.number for point in current().on_road(Road(gu, "새길로"))]


@pytest.fixture
def table(app: Flask) -> Iterator[Path]:
    path: Path = app.extensions["settings"].gazetteer_file
    gazetteer.use(path)
    yield path
    gazetteer.use(None)


def command(app: Flask, *paths: Path) -> Result:
    return app.test_cli_runner().invoke(args=["import-addresses", *map(str, paths)])


def test_damaged_zip_is_said_and_leaves_the_table_alone(app: Flask, table: Path, tmp_path: Path) -> None:
    assert command(app, write(tmp_path / "a.csv", house(1600))).exit_code == 0
    before = table.read_bytes()
    chance = Random(1)
    rows = [house(chance.randint(1, 9999)) + f"{chance.random()}"[1:] for _ in range(20_000)]
    damaged = tmp_path / "a.zip"
    with zipfile.ZipFile(damaged, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(write(tmp_path / "b.csv", *rows), "b.csv")
    whole = bytearray(damaged.read_bytes())
    whole[-3000:-2800] = bytes(200)
    damaged.write_bytes(whole)
    told = command(app, damaged)
    assert (told.exit_code, "a.zip cannot be read behind line 1" in told.stderr) == (2, True)
    assert table.read_bytes() == before


def test_bad_rows_go_beside_the_table_where_the_file_cannot_have_them(
    app: Flask, table: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    (stick / "a.csv.bad.csv").mkdir(parents=True)
    file = write(stick / "a.csv", house("x"), house(5))
    told = command(app, file)
    assert (told.exit_code, numbers()) == (0, ["5"])
    assert f"1 bad ({table.parent / 'a.csv.bad.csv'})" in told.stdout
    (table.parent / "a.csv.bad.csv").unlink()
    (table.parent / "a.csv.bad.csv").mkdir()
    write(file, house("x"), house(7))
    refused = command(app, file)
    assert (refused.exit_code, numbers()) == (2, ["5", "7"])
    assert "The good rows are in the table" in refused.stderr
    (table.parent / "a.csv.bad.csv").rmdir()
    assert "1 bad" in command(app, file).stdout


def test_full_disk_is_said_and_the_import_goes_on_when_there_is_room(
    app: Flask, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "a.csv", *(house(number) for number in range(1, 3001)))
    monkeypatch.setattr(files, "AT_ONCE", 500)
    with monkeypatch.context() as small:
        small.setattr(import_work, "_BEGIN", f"{import_work._BEGIN}; PRAGMA max_page_count=40;")
        told = command(app, file)
        again = command(app, file)
    assert (told.exit_code, again.exit_code) == (2, 2)
    assert "full" in told.stderr
    assert "give the same command again" in told.stderr
    assert not table.exists()
    steps: list[int] = []
    assert import_files([file], table, progress=steps.append).new == 3000
    assert steps[0] > 500 * len(house(1))


def test_work_of_hours_is_not_thrown_away_for_a_moment_s_trouble(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "a.csv", house(1))
    part = table.with_name(table.name + ".part")
    part.mkdir(parents=True)
    with pytest.raises(StoppedImportError, match="unable to open"):
        import_files([file], table)
    part.rmdir()
    part.write_bytes(b"what a cut of power left behind" * 400)
    monkeypatch.setattr(import_work, "_BEGIN", "PRAGMA page_size=0; SELECT no_such_function();")
    with pytest.raises(StoppedImportError):
        import_files([file], table)
    assert part.exists()


def test_table_of_another_version_is_kept_aside_and_said(app: Flask, table: Path, tmp_path: Path) -> None:
    command(app, write(tmp_path / "a.csv", house(1600)))
    with sqlite3.connect(table) as older:
        older.execute("PRAGMA user_version=99")
    older.close()
    for name, reason in (
        ("gazetteer.sqlite.old", "it is of version 99"),
        ("gazetteer.sqlite.old2", "malformed"),
    ):
        told = command(app, write(tmp_path / "b.csv", house(1, "동작구")))
        assert told.exit_code == 0
        assert reason in told.stderr
        assert str(table.with_name(name)) in told.stderr
        assert (numbers(), numbers("동작구")) == ([], ["1"])
        table.write_bytes(table.read_bytes()[:-4096])
    kept = sqlite3.connect(table.with_name("gazetteer.sqlite.old"))
    assert kept.execute("SELECT main FROM addresses WHERE gu = '관악구'").fetchall() == [(1600,)]
    kept.close()


def test_table_that_is_damaged_within_is_kept_aside(table: Path, tmp_path: Path) -> None:
    import_files([write(tmp_path / "a.csv", house(1600))], table)
    whole = bytearray(table.read_bytes())
    middle = len(whole) // 4096 // 3 * 4096
    whole[middle : middle + 8 * 4096] = bytes(8 * 4096)
    table.write_bytes(whole)
    result = import_files([write(tmp_path / "b.csv", house(1, "동작구"))], table)
    assert result.aside
    assert "damaged" in result.aside.reason
    assert result.aside.path.read_bytes() == whole
    assert numbers("동작구") == ["1"]


def test_line_without_an_end_is_one_bad_row(table: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", house(1), "x" * 300_000, house(2))
    result = import_files([file], table)
    assert (result.rows, result.new, result.bad) == (3, 2, 1)
    assert result.bad_files[0].stat().st_size < 100_000


def test_stray_byte_does_not_change_the_encoding_of_a_file(table: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", house(1), house(2))
    file.write_bytes(file.read_bytes() + b"\xff" + house(3).encode())
    result = import_files([file], table)
    assert (result.new, result.bad) == (2, 1)
