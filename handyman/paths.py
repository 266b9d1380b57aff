"""What may stand in a path of ours."""

from werkzeug.routing import IntegerConverter, Map


class RowNumber(IntegerConverter):
    """A number in a path: no greater than a database's integer, else there is no such page."""

    def __init__(self, url_map: Map, *, max: int = 2**31 - 1) -> None:  # noqa: A002
        super().__init__(url_map, max=max)
