"""The flask commands of an office."""

from pathlib import Path

import click
from flask import Flask, current_app


def register(app: Flask) -> None:
    """Add the commands to `flask --app wsgi`."""
    from handyman.accounts.commands import create_admin

    for command in (worker, geocode, demo, create_admin):
        app.cli.add_command(command)


@click.command("worker")
def worker() -> None:
    """Send what is due and let time do its work, until stopped."""
    from handyman import jobs

    jobs.work(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("geocode")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def geocode(source: Path, target: Path) -> None:
    """Locate each `query` of SOURCE (CSV) and write TARGET (CSV)."""
    from handyman.geocode.batch import BadTableError, geocode_file

    try:
        result = geocode_file(source, target)
    except BadTableError as error:
        raise click.ClickException(str(error)) from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{source} is not UTF-8 text.") from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from error
    click.echo(f"{result.found} of {result.rows} located.")


@click.command("demo")
def demo() -> None:
    """Fill an empty database with made-up people and visits."""
    from handyman.demo import fill_if_empty
    from handyman.extensions import now

    fill_if_empty(now())
