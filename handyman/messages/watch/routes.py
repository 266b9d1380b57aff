"""How sending goes: a page for coordinators, the same figures for a monitor, and whether all is alive."""

from ipaddress import ip_address

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from handyman.accounts.guard import COORDINATORS, needs, public
from handyman.alarm import WORKER_SILENT
from handyman.extensions import now, settings
from handyman.messages import figures, health
from handyman.messages.composer import room, say
from handyman.models import TextKind
from handyman.reasons import code_words

bp = Blueprint("watch", __name__)


@bp.get("/operations")
@needs(COORDINATORS)
def operations() -> ResponseReturnValue:
    """How sending goes."""
    found, space = figures.measure(now()), room.of_office(now())
    return render_template(
        "messages/operations.html",
        figures=found,
        missed=figures.words(found),
        ends=figures.ends(found),
        code_words=code_words,
        silent=WORKER_SILENT.total_seconds(),
        room=space,
        shortest=room.SHORTEST,
        lost=[(say.place(slot, TextKind.MEMBER_OFFER), space.most[slot]) for slot in space.lost],
    )


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """The same for a monitor, from the networks that the office has named."""
    asked_from = ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 - nobody's address
    if not any(asked_from in network for network in settings().metrics_from):
        abort(404)
    found = figures.registry(figures.measure(now()))
    return Response(generate_latest(found), content_type=CONTENT_TYPE_LATEST)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Alive: this process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Doing its work: database, worker and texts. 503 says which of them is not."""
    found = health.check(now())
    answer = jsonify(
        status="ok" if found.ready else "not ready",
        database="ok" if found.database else "unreachable",
        worker="ok" if found.worker else "silent",
        worker_seconds=found.worker_seconds,
        texts="ok" if found.texts else "waiting",
        oldest_due_seconds=found.oldest_due_seconds,
    )
    return answer, 200 if found.ready else 503
