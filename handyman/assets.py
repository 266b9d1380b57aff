"""The browser libraries' files that we send, each by name: nothing else leaves node_modules."""

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from handyman.accounts.guard import public
from handyman.telephone_script import TELEPHONE, telephone_script, without_comments

NODE_MODULES = Path(__file__).resolve().parent.parent / "node_modules"
YEAR = 365 * 24 * 3600
FILES: dict[str, frozenset[str]] = {
    "htmx.org": frozenset({"dist/htmx.min.js"}),
    "leaflet": frozenset(
        {
            "dist/leaflet.js",
            "dist/leaflet.css",
            "dist/images/marker-icon.png",
            "dist/images/marker-icon-2x.png",
            "dist/images/marker-shadow.png",
            "dist/images/layers.png",
            "dist/images/layers-2x.png",
        }
    ),
    "krds-uiux": frozenset(
        {
            "resources/css/component/output.css",
            "resources/css/token/krds_tokens.css",
            "resources/fonts/PretendardGOV-Regular.subset.woff2",
            "resources/fonts/PretendardGOV-Medium.subset.woff2",
            "resources/fonts/PretendardGOV-Bold.subset.woff2",
        }
    ),
}
WORKER = ("workbox-core", "workbox-routing", "workbox-strategies")
OUR_WORKER = ("table.js", "queue.js", "drafts.js", "shelf.js", "worker.js")
KRDS_ICONS = "resources/img/component/icon/"  # the stylesheet names these one by one

bp = Blueprint("assets", __name__)


@bp.get("/lib/<package>@<version>/<path:file>")
@public
def send(package: str, version: str, file: str) -> ResponseReturnValue:
    if package not in FILES or version != _version(package) or not _allowed(package, file):
        abort(404)
    return send_from_directory(NODE_MODULES / package, file, max_age=YEAR)


@bp.get("/sw.js")
@public
def worker() -> ResponseReturnValue:
    """What shows a job's pages without signal, in one file; none where the libraries are not installed."""
    script = _worker(Path(str(current_app.static_folder)))
    return Response(script, mimetype="text/javascript") if script else abort(404)


@bp.get(f"/static/{TELEPHONE}")
@public
def telephone() -> ResponseReturnValue:
    answer = Response(telephone_script(Path(str(current_app.static_folder))), mimetype="text/javascript")
    answer.cache_control.public, answer.cache_control.max_age = True, YEAR
    return answer


@cache
def lib(package: str, file: str) -> str:
    """The address of a library's file, or "" when the libraries are not installed."""
    version = _version(package)
    return url_for("assets.send", package=package, version=version, file=file) if version else ""


def _allowed(package: str, file: str) -> bool:
    if file in FILES[package]:
        return True
    name = file.removeprefix(KRDS_ICONS)
    return (
        package == "krds-uiux"
        and file.startswith(KRDS_ICONS)
        and name.endswith(".svg")
        and name.removesuffix(".svg").replace("_", "").isalnum()
    )


@cache
def _worker(ours: Path) -> str:
    libraries = [NODE_MODULES / name / "build" / f"{name}.prod.js" for name in WORKER]
    if not all(file.is_file() for file in libraries):
        return ""
    bought = [file.read_text() for file in libraries]
    return "\n".join([*bought, *(without_comments(ours / name) for name in OUR_WORKER)])


@cache
def _version(package: str) -> str:
    try:
        return str(json.loads((NODE_MODULES / package / "package.json").read_text())["version"])
    except FileNotFoundError:
        return ""
