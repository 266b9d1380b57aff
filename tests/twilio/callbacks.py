"""Time passes: what was taken moves on, and each step is told to the address that came with it, signed."""

from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any

import requests
from twilio.request_validator import RequestValidator

from tests.twilio import calls
from tests.twilio.state import ACCOUNT, TOKEN, VERSION, Callback, Json, Peer, Step, Told

SIGNED, HOW = "X-Twilio-Signature", "X-Twilio-Webhooks-Signature-Settings"
PATIENCE = 15  # seconds


def live(peer: Peer) -> int:
    """All that is due by its clock; gives how many callbacks were made."""
    before = len(peer.told)
    with peer.lock:
        due = [each for each in peer.taken if each["life"] and each["life"][0].at <= peer.clock()]
    for kept in due:
        while kept["life"] and kept["life"][0].at <= peer.clock():
            _move(peer, kept, kept["life"].pop(0))
    for callback in _leaving(peer):
        _tell(peer, callback)
    return len(peer.told) - before


def sign(url: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, dict(form)))


def _move(peer: Peer, kept: Json, step: Step) -> None:
    kept["status"], kept["date_updated"] = step.status, format_datetime(peer.clock())
    form = kept["form"]
    if kept["sid"].startswith("CA"):
        if step.status == "in-progress" and form.get("Url"):
            _talk(peer, kept)
        told = calls.is_asked_for(step.status, form)
    else:
        kept["error_code"], told = step.code, True
    if told and form.get("StatusCallback"):
        _keep(peer, Callback(peer.clock(), form["StatusCallback"], _form(kept)))


def _form(kept: Json) -> dict[str, str]:
    common = {"AccountSid": ACCOUNT, "ApiVersion": VERSION, "To": kept["to"], "From": kept["from"] or ""}
    if kept["sid"].startswith("CA"):
        return common | {
            "CallSid": kept["sid"],
            "CallStatus": kept["status"],
            "Direction": "outbound-api",
        }
    named = {"MessageSid": kept["sid"], "SmsSid": kept["sid"]}
    states = {"MessageStatus": kept["status"], "SmsStatus": kept["status"]}
    code = {"ErrorCode": str(kept["error_code"])} if kept["error_code"] else {}
    return common | named | states | code


def _keep(peer: Peer, callback: Callback) -> None:
    """Lost, once or twice, now or later, as its manners are."""
    manners, chance = peer.manners, peer.chance
    with peer.lock:
        if chance.random() < manners.lost:
            return
        for _ in range(2 if chance.random() < manners.doubled else 1):
            at = callback.at + chance.random() * manners.late
            peer.waiting.append(Callback(at, callback.url, callback.form))


def _leaving(peer: Peer) -> list[Callback]:
    with peer.lock:
        now = peer.clock()
        leaving = sorted((each for each in peer.waiting if each.at <= now), key=lambda each: each.at)
        peer.waiting = [each for each in peer.waiting if each.at > now]
        if leaving and peer.chance.random() < peer.manners.reordered:
            peer.chance.shuffle(leaving)
        return leaving


def _tell(peer: Peer, callback: Callback) -> None:
    try:
        status = _post(peer, callback.url, callback.form).status_code
    except requests.RequestException:
        status = None  # Twilio does not come again either
    peer.told.append(Told(callback.url, callback.form, status))


def _talk(peer: Peer, kept: Json) -> None:
    def ask(url: str, form: Mapping[str, str]) -> str:
        answer = _post(peer, url, {**_form(kept), **form})
        answer.raise_for_status()
        return str(answer.text)

    try:
        kept["heard"] += calls.talk(calls.callee(peer.callees, kept["to"]), kept["form"]["Url"], ask)
    except requests.RequestException:
        kept["heard"].append("an application error has occurred")  # and Twilio hangs up


def _post(peer: Peer, url: str, form: Mapping[str, str]) -> Any:
    algorithm = peer.manners.algorithm
    validator = RequestValidator(TOKEN)
    if algorithm:
        signature = validator.compute_signature(url, dict(form), algorithm)
        headers = {SIGNED: signature, HOW: f"key=webhooks_1,algorithm={algorithm}"}
    else:
        headers = {SIGNED: validator.compute_signature(url, dict(form))}
    return requests.post(url, data=form, headers=headers, timeout=PATIENCE)
