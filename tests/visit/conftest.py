"""A member's telephone, its line to the office, and the job that it is opened for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session, scoped_session

from benchmarks.cut_line import Line
from handyman.models import Visit
from tests import factories
from tests.visit.telephone import make_home
from tests.visit.walks import Walk, Way, telephone, ways

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@pytest.fixture
def line(live_server: str) -> Iterator[Line]:
    line = Line(urlsplit(live_server).port or 0)
    yield line
    line.close()


@pytest.fixture
def width() -> int:
    """The wider telephone, unless a test asks for both by `parametrize("width", EACH_WIDTH)`."""
    return 360


@pytest.fixture
def phone(chromium: "Browser", width: int) -> Iterator["BrowserContext"]:
    context = chromium.new_context(viewport={"width": width, "height": 640}, bypass_csp=True)
    yield context
    context.close()


@pytest.fixture
def visit(session: scoped_session[Session]) -> Visit:
    """In half an hour, at a home with long names."""
    return make_home(factories.make_member("박수리"), timedelta(minutes=30))


@pytest.fixture(params=ways(Way.NO_SCRIPTS))
def way(request: pytest.FixtureRequest) -> Way:
    """Each, the quickest by default."""
    return Way(request.param)


@pytest.fixture
def walk(chromium: "Browser", line: Line, way: Way) -> Iterator[Walk]:
    for context in telephone(chromium, way):
        yield Walk(context.new_page(), line, way)
