"""Addresses of the government's file or of a CSV become the office's own table."""

import csv
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from flask import Flask

from handyman.geocode import gazetteer
from handyman.geocode.gazetteer import Gazetteer, Road, current, embedded
from handyman.geocode.table.importing import RunningImportError, UnreadableFileError, import_files

FIRST = (
    "11110|760|1111010100|서울특별시|종로구|청운동|111103100012|자하문로|0|94|0||03047|근린생활시설|0|청운효자동"
    "|953241.683263|1954023.466812"
)

COLUMNS = (
    *("gu_code", "serial", "dong_code", "city", "gu", "dong", "road_code", "road", "below", "main", "sub"),
    *("name", "post", "use", "group", "office", "x", "y"),
)


def entrance(**said: str) -> str:
    """A row of the 위치정보요약DB like the first of the real one."""
    return "|".join({**dict(zip(COLUMNS, FIRST.split("|"), strict=True)), **said}.values())


def write(path: Path, *lines: str, encoding: str = "cp949") -> Path:
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
    return path


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "gazetteer.sqlite"
    gazetteer.use(path)
    yield path
    gazetteer.use(None)


def numbers(road: str, gu: str = "종로구") -> list[str]:
    return [point.number for point in current().on_road(Road(gu, road))]


def test_real_row_of_the_summary_lands_at_its_house(tmp_path: Path, table: Path) -> None:
    result = import_files([write(tmp_path / "entrc_seoul.txt", FIRST)], table)
    (point,) = current().on_road(Road("종로구", "자하문로"))
    assert (result.rows, result.new, result.bad, result.addresses) == (1, 1, 0, len(embedded()) + 1)
    assert (point.beopjeong_dong, current().haengjeong_of(point)) == ("청운동", "청운효자동")
    assert abs(point.lat - 37.58442) < 1e-5
    assert abs(point.lon - 126.97041) < 1e-5
    assert current().gus == {"동작구", "종로구"}
    assert [road.gu for road in current().roads_named("자하문로")] == ["종로구"]
    assert list(tmp_path.glob("*.part*")) == []


def test_same_file_again_changes_nothing(tmp_path: Path, table: Path) -> None:
    file = write(
        tmp_path / "a.txt", entrance(serial="9", x="953250"), FIRST, entrance(main="95", name="청운빌딩")
    )
    first, once = import_files([file], table), list(gazetteer.current().points())
    again = import_files([file], table)
    assert (first.new, first.changed) == (2, 0)
    assert (again.rows, again.new, again.changed) == (3, 0, 0)
    assert list(current().points()) == once


def test_lowest_entrance_is_the_address_and_underground_numbers_are_their_own(
    tmp_path: Path, table: Path
) -> None:
    rows = [entrance(serial="761", x="953300"), FIRST, entrance(below="1"), entrance(below="2", serial="900")]
    import_files([write(tmp_path / "a.txt", *rows)], table)
    assert numbers("자하문로") == ["94", "지하 94"]
    assert abs(current().on_road(Road("종로구", "자하문로"))[0].lon - 126.97041) < 1e-5


def test_imported_point_wins_and_the_lot_that_it_lacks_is_kept(tmp_path: Path, table: Path) -> None:
    known = next(point for point in embedded().points() if point.road_name and point.jibun and point.names)
    house = {"road": known.road_name, "main": str(known.main), "sub": str(known.sub)}
    row = entrance(gu="동작구", dong=known.beopjeong_dong, y="1945000", **house)
    result = import_files([write(tmp_path / "a.txt", row)], table)
    (point,) = current().at_lot(known.beopjeong_dong, known.jibun)[:1]
    assert (result.new, result.changed) == (0, 1)
    assert (point.names, point.jibun) == (known.names, known.jibun)
    assert (round(point.lat, 5), round(point.lon, 5)) == (37.50308, 126.97098)


BAD = {
    "a|b": "18 columns are expected, 2 found",
    entrance(main="없음"): "not a building number: 없음",
    entrance(main="0"): "not a building number: 0",
    entrance(sub="100000"): "not a building number: 100000",
    entrance(sub="0" * 9 + "9" * 25): f"not a building number: {'0' * 9}{'9' * 25}",
    entrance(sub="0" * 9 + "9" * 5_000): f"not a building number: {'0' * 9}{'9' * 31}",
    entrance(serial="9" * 30): f"not a serial number: {'9' * 30}",
    entrance(serial="-1"): "not a serial number: -1",
    entrance(x=""): "no coordinates",
    entrance(x="nan"): "not a coordinate: nan",
    entrance(x="1.0", y="2.0"): "the coordinates lie outside of Korea",
    entrance(x="1e7"): "the coordinates lie outside of Korea",
    entrance(gu="관악구"): "the coordinates lie outside of 관악구",
    entrance(gu="해운대구"): "no district of 서울특별시: 해운대구",
    entrance(city="부산광역시", gu="강서구"): "not in 서울특별시",
    entrance(road=" "): "no road name",
    entrance(below="3"): "not 0, 1 or 2 for 지하여부: 3",
}


def test_bad_rows_are_told_with_line_and_reason(tmp_path: Path, table: Path) -> None:
    file = write(tmp_path / "a.txt", FIRST, "", *BAD)
    result = import_files([file], table)
    assert (result.rows, result.new, result.bad) == (1 + len(BAD), 1, len(BAD))
    with result.bad_files[0].open(encoding="utf-8", newline="") as lines:
        told = list(csv.DictReader(lines))
    assert [int(row["line"]) for row in told] == list(range(3, 3 + len(BAD)))
    assert {row["row"]: row["reason"] for row in told} == BAD
    write(file, FIRST)
    import_files([file], table)
    assert not result.bad_files[0].exists()


def test_bytes_of_another_encoding_are_a_bad_row(tmp_path: Path, table: Path) -> None:
    file = write(tmp_path / "a.txt", FIRST)
    file.write_bytes(
        file.read_bytes() + entrance(main="95").encode("cp949").replace("자하".encode("cp949"), b"\xff\xff")
    )
    assert import_files([file], table).bad == 1


def test_zip_gives_the_city_and_leaves_the_provinces(tmp_path: Path, table: Path) -> None:
    busan = entrance(city="부산광역시", gu="해운대구")
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("entrc_busan.txt", busan.encode("cp949"))
        archive.writestr("entrc_seoul.txt", f"{FIRST}\n{busan}\n".encode("cp949"))
        archive.writestr("읽어보세요.pdf", b"%PDF-1.4 \x00\xff")
    result = import_files([tmp_path / "all.zip"], table)
    assert (result.rows, result.new, result.bad) == (2, 1, 1)
    assert "entrc_seoul.txt,2,not in" in result.bad_files[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_own_csv_is_read_with_lots_names_and_districts(tmp_path: Path, table: Path, encoding: str) -> None:
    file = write(
        tmp_path / "ours.csv",
        "gu,lat,lon,road_name,building_main,building_sub,beopjeong_dong,jibun,building_name,source",
        '은평구,37.6,126.91,증산로,1,2,신사동,산12-3,"새빛, 아파트|새빛",apt',
        "강남구,37.52,127.02,,,,신사동,산12-3,,",
        ",37.5,126.95,새길로,7,,,,,",
        "강남구,37.52,127.02,압구정로,1,,신사동,열둘,,",
        encoding=encoding,
    )
    result = import_files([file], table)
    both = current().at_lot("신사동", "산12-3")
    assert (result.new, result.bad) == (3, 1)
    assert {point.gu for point in both} == {"은평구", "강남구"}
    assert [point.number for point in current().at_lot("신사동", "산12-3", "은평구")] == ["1-2"]
    assert [point.gu for point in current().named("새빛")] == ["은평구"]
    assert current().names_with("빛아파") == ["새빛아파트"]
    assert numbers("새길로", "동작구") == ["7"]
    assert import_files([file], table).changed == 0


def test_only_the_districts_that_are_asked_for_come_in(tmp_path: Path, table: Path) -> None:
    file = write(tmp_path / "a.txt", FIRST, entrance(gu="관악구", road="관악로", y="1942000"))
    result = import_files([file], table, frozenset({"관악구"}))
    assert (result.rows, result.new, result.left_out) == (2, 1, 1)
    assert current().gus == {"동작구", "관악구"}


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"a,b\n1,2\n", b"\x00\xff" * 500, f"{FIRST}|31".encode("cp949"), b"PK\x03\x04broken"],
)
def test_file_of_no_known_format_is_refused_and_changes_nothing(
    tmp_path: Path, table: Path, content: bytes
) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UnreadableFileError, match="위치정보요약DB"):
        import_files([tmp_path / "x"], table)
    assert [file.name for file in tmp_path.iterdir()] == ["x"]


INTERRUPTED = """
import sys, time
from pathlib import Path
from handyman.geocode.table import import_files as files
from handyman.geocode.table import importing
files.AT_ONCE = 100
told = 0
def slowly(read):
    global told
    told += 1
    print(read, flush=True)
    if told == 20:
        time.sleep(60)
importing.import_files([Path(sys.argv[1])], Path(sys.argv[2]), progress=slowly)
"""


@pytest.mark.parametrize("zipped", [False, True])
def test_killed_import_goes_on_from_where_it_was(tmp_path: Path, table: Path, zipped: bool) -> None:
    rows = [entrance(main=str(number), serial=str(number)) for number in range(1, 3001)]
    file = write(tmp_path / "entrc_seoul.txt", *rows[:1500], "bad", *rows[1500:])
    size = file.stat().st_size
    if zipped:
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(file, file.name)
        file = tmp_path / "a.zip"
    command = [sys.executable, "-c", INTERRUPTED, str(file), str(table)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert running.stdout
    for _ in range(20):
        assert running.stdout.readline()
    with pytest.raises(RunningImportError):
        import_files([file], table)
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    assert not table.exists()
    steps: list[int] = []
    result = import_files([file], table, progress=steps.append)
    assert steps[0] > 19 * 90 * 100
    assert sum(steps) == size
    assert (result.rows, result.new, result.bad) == (3001, 3000, 1)
    assert numbers("자하문로") == [str(number) for number in range(1, 3001)]
    assert sorted(file.name for file in tmp_path.iterdir() if "gazetteer" in file.name) == [
        "gazetteer.sqlite"
    ]


def test_changed_file_is_read_from_its_beginning(tmp_path: Path, table: Path) -> None:
    file = write(tmp_path / "a.txt", FIRST)
    part = table.with_name(table.name + ".part")
    part.write_bytes(b"what a cut of power left behind" * 400)
    assert import_files([file], table).new == 1
    assert not part.exists()


def test_broken_table_is_told_once_and_the_shipped_one_is_used(
    tmp_path: Path, table: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import_files([write(tmp_path / "a.txt", FIRST)], table)
    whole = table.read_bytes()
    for broken in (b"", b"no table" * 1000, whole[:-4096], whole[:60] + b"\0\0\0\x63" + whole[64:]):
        caplog.clear()
        table.write_bytes(broken)
        assert current() is embedded()
        assert current() is embedded()
        assert len(caplog.records) == 1
    table.write_bytes(whole)
    assert len(current()) == len(embedded()) + 1


def test_new_table_is_picked_up_while_the_old_one_is_in_use(tmp_path: Path, table: Path) -> None:
    assert current() is embedded()
    import_files([write(tmp_path / "a.txt", FIRST)], table)
    old: Gazetteer = current()
    import_files([write(tmp_path / "b.txt", entrance(main="95"))], table)
    assert numbers("자하문로") == ["94", "95"]
    assert [point.number for point in old.on_road(Road("종로구", "자하문로"))] == ["94"]
    table.unlink()
    assert current() is embedded()


def test_old_table_answers_until_the_new_one_is_ready(
    tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, begun = Event(), Event()

    def prepare(_: Gazetteer) -> None:
        begun.set()
        ready.wait(5)

    monkeypatch.setattr(gazetteer._kept, "prepare", prepare)
    import_files([write(tmp_path / "a.txt", FIRST)], table)
    assert current() is embedded()
    assert begun.wait(5)
    assert current() is embedded()
    ready.set()
    for _ in range(500):
        if current() is not embedded():
            break
        time.sleep(0.01)
    assert numbers("자하문로") == ["94"]


def test_forked_process_opens_the_table_for_itself(tmp_path: Path, table: Path) -> None:
    import_files([write(tmp_path / "a.txt", FIRST)], table)
    parents = current()
    child = os.fork()
    if child == 0:  # pragma: no cover
        os._exit(0 if current() is not parents and numbers("자하문로") == ["94"] else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_command_says_what_it_did_and_what_it_cannot_read(app: Flask, tmp_path: Path) -> None:
    runner, table = app.test_cli_runner(), app.extensions["settings"].gazetteer_file
    file = write(tmp_path / "a.txt", FIRST, "bad")
    done = runner.invoke(args=["import-addresses", str(file)])
    assert done.exit_code == 0
    assert "2 rows read: 1 new, 0 changed, 1 bad" in done.stdout
    assert f"{file}.bad.csv" in done.stdout
    assert numbers("자하문로") == ["94"]
    before = table.read_bytes()
    (tmp_path / "b.txt").write_bytes(b"hello")
    refused = runner.invoke(args=["import-addresses", str(file), str(tmp_path / "b.txt")])
    unknown = runner.invoke(args=["import-addresses", "--gu", "해운대구", str(file)])
    assert (refused.exit_code, unknown.exit_code) == (2, 2)
    assert "is neither a text of the 위치정보요약DB" in refused.stderr
    assert "해운대구" in unknown.stderr
    assert table.read_bytes() == before
    gazetteer.use(None)
