"""What providers call in with: receipts, calls that are taken up, keys, texts that came in."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from handyman import flow
from handyman.accounts.guard import needs_token
from handyman.extensions import csrf, now, settings
from handyman.messages import asked, gateways, inbox, reach, receipts, spoken, surveyed, twiml
from handyman.messages.gateways import solapi_words

bp = Blueprint("hooks", __name__)

TWILIO = "twilio"
MOST_ASKED = 2  # times for one key


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


@bp.post("/hooks/twilio/status")
@needs_token
@csrf.exempt
def twilio_status() -> ResponseReturnValue:
    """A receipt. Kept and applied in one row's time; said twice, it changes nothing."""
    _check_signature()
    receipt = receipts.Receipt(
        provider=TWILIO,
        provider_id=_plain("MessageSid", 64) or _plain("CallSid", 64),
        status=_plain("MessageStatus", 20) or _plain("CallStatus", 20),
        error_code=_plain("ErrorCode", 20),
        outbox_id=request.args.get("outbox", 0, type=int),
        attempt=request.args.get("attempt", 0, type=int),
    )
    if receipt.provider_id and receipt.status:
        receipts.take_receipt(receipt, now())
    return "", 204


@bp.post("/hooks/twilio/voice")
@needs_token
@csrf.exempt
def twilio_voice() -> ResponseReturnValue:
    """Somebody has taken up the receiver: what is said to them."""
    _check_signature()
    outbox_id, attempt = _call()
    words = surveyed.question(outbox_id, attempt) or reach.words_of(outbox_id, attempt, now())
    if words is None:
        return _spoken(twiml.end(""))
    call_id = _plain("CallSid", 64)
    receipts.take_receipt(receipts.Receipt(TWILIO, call_id, "in-progress", "", outbox_id, attempt), now())
    question = asked.question_of(outbox_id, attempt)
    if question is not None and (over := asked.over(question, call_id, TWILIO, now())):
        return _spoken(twiml.end(over))
    if since := reach.changed(outbox_id, now()):
        return _spoken(twiml.end(since))
    first = reach.opening_of(outbox_id) or words
    return _spoken(twiml.ask(first, _answer_url(outbox_id, attempt, 1)))


@bp.post("/hooks/twilio/key")
@needs_token
@csrf.exempt
def twilio_key() -> ResponseReturnValue:
    """A key, or silence. A key that means nothing is asked for once more.

    What holds an address is said after a key alone: before it, an answering machine may listen.
    """
    _check_signature()
    outbox_id, attempt = _call()
    step, digits = request.args.get("step", 0, type=int), _plain("Digits", 10)
    survey_says = surveyed.question(outbox_id, attempt)
    goes_on = bool(survey_says) or reach.goes_on(outbox_id, attempt)
    if not goes_on or not digits:
        return _spoken(twiml.end(spoken.GOODBYE if goes_on else ""))
    opening = reach.opening_of(outbox_id) if step <= MOST_ASKED else ""
    if opening and digits == spoken.GO_ON:
        words = survey_says or reach.words_of(outbox_id, attempt, now()) or ""
        return _spoken(twiml.ask(words, _answer_url(outbox_id, attempt, MOST_ASKED + 1)))
    press = reach.Press(TWILIO, _plain("CallSid", 64), outbox_id, attempt, max(0, min(step, 9)), digits)
    if said := flow.take_key(press, now()):
        if more := surveyed.question(outbox_id, attempt):
            return _spoken(twiml.ask(f"{said} {more}", _answer_url(outbox_id, attempt, step + 1)))
        return _spoken(twiml.end(said))
    survey = surveyed.asks(outbox_id, attempt)
    if step > surveyed.MOST if survey else step % MOST_ASKED == 0:
        return _spoken(twiml.end(spoken.GOODBYE))
    words = opening or survey_says or reach.words_of(outbox_id, attempt, now()) or ""
    again = f"{spoken.NOT_UNDERSTOOD} {words}"
    return _spoken(twiml.ask(again, _answer_url(outbox_id, attempt, step + 1)))


@bp.post("/hooks/twilio/inbound")
@needs_token
@csrf.exempt
def twilio_inbound() -> ResponseReturnValue:
    """A text that came in."""
    _check_signature()
    if provider_id := _plain("MessageSid", 64):
        words = _plain("From", 20), _plain("Body", 1000), _plain("OptOutType", 10)
        flow.take_reply(inbox.Arrived(TWILIO, provider_id, *words), now())
    return "", 204


def _check_signature() -> None:
    """Before anything is read; the address is the one we gave out, never what a Host header claims."""
    query = request.query_string.decode("latin-1")
    path = request.path + (f"?{query}" if query else "")
    if not gateways.is_signed(settings(), path, request.form, dict(request.headers)):
        abort(403)


def _plain(name: str, length: int) -> str:
    return request.form.get(name, "").replace("\0", "")[:length]


def _call() -> tuple[int, int]:
    """Which call of ours Twilio speaks of."""
    return request.args.get("outbox", 0, type=int), request.args.get("attempt", 0, type=int)


def _answer_url(outbox_id: int, attempt: int, step: int) -> str:
    return f"{gateways.hook_url(settings(), 'key', outbox_id, attempt)}&step={step}"


def _spoken(words: str) -> ResponseReturnValue:
    return Response(words, content_type="text/xml; charset=utf-8")
