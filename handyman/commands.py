"""The flask commands of an office."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from handyman.city_lines import Count


def register(app: Flask) -> None:
    """Add the commands to `flask --app wsgi`."""
    from handyman.accounts.commands import create_admin

    for command in (worker, geocode, import_addresses, plan_city, demo, create_admin):
        app.cli.add_command(command)


@click.command("worker")
def worker() -> None:
    """Send what is due and let time do its work, until stopped."""
    from handyman import jobs

    try:
        jobs.work(current_app._get_current_object())  # type: ignore[attr-defined]
    except jobs.OtherWorkerError:
        raise click.ClickException(
            "Another worker runs already. With SQLite there is one; PostgreSQL takes any number."
        ) from None


@click.command("geocode")
@click.argument("source", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
def geocode(source: Path, target: Path) -> None:
    """Locate each `query` of IN (CSV in UTF-8 or cp949) and write OUT (CSV in UTF-8).

    OUT has a row for each row of IN, in the same order: query,lat,lon,grade,address,road_name,
    building_number,dong,jibun. Where only the road or the dong is known, lat and lon stay empty; where
    nothing is, or several places may be meant, all but the query does.
    """
    from handyman.geocode.batch import BadTableError, geocode_file

    try:
        with _told_to_stop(), _bar(source.stat().st_size) as bar:
            result = geocode_file(source, target, progress=bar.update)
    except BadTableError as error:
        raise click.ClickException(str(error)) from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{source} is text in neither UTF-8 nor cp949.") from error
    except OSError as error:
        raise click.ClickException(_sentence(error, target)) from error
    click.echo(f"{result.found} of {result.rows} located.")


@click.command("import-addresses")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--gu", "gus", multiple=True, metavar="구", help="Only of this district; may be repeated.")
@with_appcontext
def import_addresses(files: tuple[Path, ...], gus: tuple[str, ...]) -> None:
    """Add the addresses of FILE... to the office's own table, GAZETTEER_FILE.

    A FILE is one of these, known by its content, or a zip that holds such files:

    \b
    1. A text of the government's 위치정보요약DB (business.juso.go.kr; entrc_seoul.txt). cp949,
       18 columns between |, no header, coordinates in EPSG:5179:
       시군구코드|출입구일련번호|법정동코드|시도명|시군구명|읍면동명|도로명코드|도로명|지하여부|
       건물본번|건물부번|건물명|우편번호|건물용도분류|건물군여부|관할행정동|X좌표|Y좌표
       It knows no lot numbers: those of addresses that the table has already are kept.
    2. A CSV in UTF-8 (with or without a byte order mark) or cp949. The first line names the columns:
       road_name      도로명, as 사당로23길; empty when only the lot is known
       building_main  건물본번, a whole number from 1
       lat, lon       WGS 84, degrees
       and, if there are any, in any order:
       building_sub      건물부번       gu               시군구명, else 동작구
       beopjeong_dong    법정동         haengjeong_dong  행정동
       jibun             지번, as 1002-3 or 산12
       building_name     names, alternatives between |
       underground       1 for the 지하 series of numbers
       source            datasets, as in the table that we ship

    An address is known by its district, road and number. The point that is imported replaces the one
    that was there; lot, dong and names are kept where the file has none. Of several entrances of one
    building the first counts. Rows that cannot be used are written to FILE.bad.csv with their line and
    the reason. An import that was stopped goes on when the same command is given again; a server that
    runs uses the new table as soon as it is whole.

    Without --gu every district that a file holds is taken: addresses there are then no longer refused as
    those of another district.
    """
    from handyman.extensions import settings
    from handyman.geocode.table.import_rows import districts
    from handyman.geocode.table.importing import (
        StoppedImportError,
        UnreadableFileError,
        import_files,
        size_of,
    )

    if unknown := set(gus) - districts():
        raise click.BadParameter(f"no district of Seoul: {', '.join(sorted(unknown))}", param_hint="--gu")
    table = settings().gazetteer_file
    try:
        with _bar(size_of(files)) as bar:
            result = import_files(files, table, frozenset(gus), progress=bar.update)
    except (UnreadableFileError, StoppedImportError) as error:
        raise _NotDoneError(str(error)) from error
    except OSError as error:
        raise _NotDoneError(_sentence(error, table.parent)) from error
    if result.aside:
        click.echo(
            f"The table that lay there could not be used: {result.aside.reason}. It is kept as "
            f"{result.aside.path}; what was imported into it is to be imported again.",
            err=True,
        )
    left_out = f", {result.left_out:,} of other districts" if result.left_out else ""
    bad_files = f" ({', '.join(map(str, result.bad_files))})" if result.bad_files else ""
    click.echo(
        f"{result.rows:,} rows read: {result.new:,} new, {result.changed:,} changed{left_out}, "
        f"{result.bad:,} bad{bad_files}. {result.addresses:,} addresses in {table}."
    )


@click.command("plan-city")
@click.argument("source", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def plan_city(source: Path, target: Path) -> None:
    """Have the districts of IN planned by the workers of all machines, and write their plans to OUT.

    A line of IN is a problem in VROOM's JSON, as `python -m handyman.dispatch` reads it; OUT has a line for
    each, in the same order. A line with a mistake gets the sentence that says so for a plan. It needs
    QUEUE=procrastinate, and workers: `flask --app wsgi worker`. One machine alone needs neither:
    `python -m handyman.dispatch --many < IN > OUT`.
    """
    from handyman import city_run, queueing

    if not queueing.is_on():
        raise click.UsageError(
            "Set QUEUE=procrastinate, on PostgreSQL, so that workers of several machines take part."
        )
    try:
        with _told_to_stop(), _bar(0) as bar:
            result = city_run.plan_city(source, target, partial(_advance, bar), cache(_say_nobody_works))
    except OSError as error:
        raise _NotDoneError(_sentence(error, target)) from error
    click.echo(f"{result.districts} districts, by {result.workers} workers.")
    if result.wrong:
        raise _NotDoneError("\n".join(result.wrong))


def _advance(bar: "ProgressBar[int]", done: "Count") -> None:
    bar.length = max(done.lines, 1)
    bar.update(done.answered - bar.pos)


def _say_nobody_works() -> None:
    click.echo("No worker is there yet: flask --app wsgi worker starts one.", err=True)


class _NotDoneError(click.ClickException):
    """What was given cannot be used, or there is no room for it: the message says what to do."""

    exit_code = 2


def _sentence(error: OSError, where: Path) -> str:
    return f"{error.filename or where}: {error.strerror or error}."


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """SIGTERM leaves nothing half written behind, like Ctrl+C."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _bar(size: int) -> "ProgressBar[int]":
    """How far the files are read, in bytes; nothing when nobody is watching."""
    return click.progressbar(length=size, file=sys.stderr, hidden=not sys.stderr.isatty())


@click.command("demo")
def demo() -> None:
    """Fill an empty database with made-up people and visits."""
    from handyman.demo import fill_if_empty
    from handyman.extensions import now

    fill_if_empty(now())
