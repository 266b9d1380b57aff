"""The reports of the Korean hub."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from handyman.accounts.guard import needs_token
from handyman.extensions import csrf, now, settings
from handyman.messages import receipts
from handyman.messages.gateways import solapi_words

bp = Blueprint("hooks", __name__)


@bp.post("/hooks/solapi")
@needs_token
@csrf.exempt
def solapi() -> ResponseReturnValue:
    """Receipts, several at a time. What cannot be read is taken in silence: it would only be sent again."""
    if not solapi_words.is_from_solapi(settings(), request.headers.get("X-Solapi-Secret", "")):
        abort(403)
    for reported in solapi_words.reports(settings(), request.get_json(force=True, silent=True)):
        provider_id, status, outbox_id, attempt = reported
        said = receipts.Receipt("solapi", provider_id, status.word, status.code, outbox_id, attempt)
        receipts.take_receipt(said, now())
    return "", 204
