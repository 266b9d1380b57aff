"""An office of many years, straight into SQLite: ordinary weeks around today, however long ago it began."""

import hashlib
import sqlite3
from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from benchmarks import people, scale, work
from benchmarks.scale import FORMER, MEMBERS, NOW, Size
from handyman import catalogue_rows, create_app
from handyman.config import read_settings
from handyman.extensions import db
from handyman.geocode.gazetteer import embedded
from handyman.models import Installation
from tests import factories

OUT = Path(__file__).parent / "out"
PASSWORD = "offices-of-many-years"
SECRET = "only for the bench"


def build(size: Size, *, anew: bool = False) -> Path:
    """The database of an office of this size; kept until its tables or makers change."""
    file = OUT / f"office-{size.name}-{_version()}.sqlite3"
    if anew or not file.exists():
        OUT.mkdir(exist_ok=True)
        for old in OUT.glob(f"office-{size.name}-*"):
            old.unlink()
        unfinished = file.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        _write_few(unfinished)
        _write_many(unfinished, size)
        unfinished.rename(file)
    return file


def environ(file: Path) -> dict[str, str]:
    return {"DATABASE_URL": f"sqlite:///{file}", "SECRET_KEY": SECRET, "INSTANCE_PATH": str(OUT / "instance")}


def _version() -> str:
    tables = "".join(
        str(CreateTable(table).compile(dialect=sqlite.dialect())) + repr(sorted(map(str, table.indexes)))
        for table in db.metadata.sorted_tables
    )
    makers = "".join(Path(str(maker.__file__)).read_text() for maker in (scale, people, work))
    return hashlib.sha256((tables + makers + Path(__file__).read_text()).encode()).hexdigest()[:12]


def _write_few(file: Path) -> None:
    """Tables, catalogue, users and members: by the product's own means."""
    app = create_app(read_settings(environ(file)))
    app.extensions["clock"] = lambda: NOW
    with app.app_context():
        db.create_all()
        db.session.add(Installation(id=1, demo=False, created_at=NOW))
        catalogue_rows.ensure()
        factories.make_user("coordinator", login="bench", password=PASSWORD)
        points = list(embedded().points())
        for number in range(MEMBERS + FORMER):
            point = points[number * 83 % len(points)]
            factories.make_member(
                f"조합원{number + 1}",
                skills=("lamp", "drill", "coating", "screen"),
                home=(point.lat, point.lon),
                active=number < MEMBERS,
                monthly_cap_minutes=3420,
            )
        db.session.commit()
        db.engine.dispose()


def _write_many(file: Path, size: Size) -> None:
    connection = sqlite3.connect(file)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;")
    with connection:
        people.write(connection, size)
        work.write(connection, size)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
