"""How much waits on the pages of the menu: steps say how they count, every page shows it."""

import logging
from collections.abc import Callable
from typing import Any

from flask import current_app
from flask.sansio.app import App
from sqlalchemy.exc import SQLAlchemyError

KEY = "menu_counts"
Counts = tuple[tuple[str, int], ...]

log = logging.getLogger(__name__)


def count_by(app: App, endpoint: str, count: Callable[[], int]) -> None:
    """Show beside this entry, on every page, how much waits there."""
    counts: dict[str, Any] = app.extensions.setdefault(KEY, {})
    counts[endpoint] = count


def counted() -> Counts:
    """By endpoint; nothing where the database is what went wrong: the page of an error has a menu, too."""
    try:
        return tuple((name, count()) for name, count in current_app.extensions.get(KEY, {}).items())
    except SQLAlchemyError as error:
        log.warning("%s over what waits", type(error).__name__)
        return ()
