"""Texts by solapi, a hub of the Korean carriers: its own words and signature, by a transport of ours.

The package's own fetcher hides an answer's status and asks again by itself, so it is not used.
"""

import json
import logging
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from solapi.lib.authenticator import Authenticator
from solapi.model import RequestMessage
from solapi.model.request.messages.get_messages import GetMessagesRequest
from solapi.model.request.send_message_request import SendMessageRequest

from handyman.config import Settings
from handyman.messages.gateways.deadline import within
from handyman.messages.gateways.kinds import Answer, Outcome, Outgoing, Status
from handyman.messages.gateways.solapi_words import (
    STOPS,
    TAKEN_BEFORE,
    TOO_FAST,
    TRY_AGAIN,
    is_ours,
    national,
    reference,
    status_of,
)
from handyman.models import Channel

PATIENCE = (5.0, 15.0)  # seconds to connect, seconds to an answer
SEND, LIST = "/messages/v4/send-many/detail", "/messages/v4/list-old"
CLOCKS_DIFFER = timedelta(hours=1)
MOST_LISTED = 100  # of one number, in the minutes that a text is in doubt
LONGEST_ID, LONGEST_CODE = 64, 20
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

for name in ("httpx", "httpcore"):
    logging.getLogger(name).setLevel(logging.WARNING)  # they log addresses that carry telephone numbers


class SolapiGateway:
    """One connection per text: a kept one may break just when it is used. Serves any number of threads."""

    name, real = "solapi", True

    def __init__(self, settings: Settings, patience: tuple[float, float] = PATIENCE) -> None:
        self._settings = settings
        connect, answer = patience
        self._patience = sum(patience)
        self._http = httpx.Client(
            base_url=settings.solapi_api_base,
            timeout=httpx.Timeout(answer, connect=connect),
            limits=httpx.Limits(max_keepalive_connections=0),
            verify=ssl.create_default_context(),
        )

    def send(self, text: Outgoing) -> Outcome:
        if text.channel is not Channel.SMS:
            return Outcome(Answer.FAILED, code="no_calls")
        try:
            words, signed = self._words(text), self._signed()
            answered = within(self._patience, lambda: self._http.post(SEND, json=words, headers=signed))
        except NEVER_LEFT:
            return Outcome(Answer.RETRY, code="no_connection")
        except Exception as error:  # noqa: BLE001 - whatever it is, the text may have been taken
            return Outcome(Answer.UNKNOWN, code=type(error).__name__[:LONGEST_CODE])
        return taken(answered) if answered.status_code == httpx.codes.OK else refused(answered)

    def find(
        self, to: str, body: str, since: datetime, channel: Channel, outbox_id: int = 0
    ) -> list[str] | None:
        earliest = since - CLOCKS_DIFFER
        asked = GetMessagesRequest(
            to=national(to), start_date=earliest.isoformat(), date_type="CREATED", limit=MOST_LISTED
        )
        listed = self._listed(asked)
        if listed is None:
            return None
        return [
            provider_id
            for provider_id, row in listed.items()
            if _is_new(row, earliest) and self._is(row, body, outbox_id)
        ]

    def status(self, provider_id: str) -> Status | None:
        row = (self._listed(GetMessagesRequest(message_id=provider_id)) or {}).get(provider_id)
        return status_of(row.get("statusCode")) if row else None

    def _words(self, text: Outgoing) -> dict[str, Any]:
        message = RequestMessage(
            to=national(text.to),
            from_=self._settings.solapi_from,
            text=text.body,
            custom_fields=reference(self._settings, text.id, text.attempt),
        )
        request = SendMessageRequest(messages=[message], show_message_list=True)
        words: dict[str, Any] = request.model_dump(exclude_none=True, by_alias=True)
        return words

    def _signed(self) -> dict[str, str]:
        signer = Authenticator(self._settings.solapi_api_key, self._settings.solapi_api_secret)
        return {"Authorization": signer.get_auth_info()}

    def _listed(self, asked: GetMessagesRequest) -> dict[str, dict[str, Any]] | None:
        """Messages by their ids; None where there was no answer that can be read."""
        try:
            wanted, signed = asked.model_dump(exclude_none=True, by_alias=True), self._signed()
            answered = within(self._patience, lambda: self._http.get(LIST, params=wanted, headers=signed))
            answered.raise_for_status()
            listed = answered.json()["messageList"]
        except Exception:  # noqa: BLE001 - an answer we cannot read is no answer
            return None
        if isinstance(listed, list) and not listed:
            return {}
        is_readable = isinstance(listed, dict) and all(isinstance(row, dict) for row in listed.values())
        return listed if is_readable else None

    def _is(self, row: Mapping[str, Any], body: str, outbox_id: int) -> bool:
        """By what we gave it to carry; a list that does not tell that is searched for the words."""
        fields = row.get("customFields")
        if isinstance(fields, dict) and fields:
            return is_ours(self._settings, fields) and fields.get("outbox") == str(outbox_id)
        return row.get("text") == body


def taken(answered: httpx.Response) -> Outcome:
    """An answer of 200 tells of each text whether it was taken."""
    said = _read(answered)
    for row in _rows(said, "failedMessageList"):
        return _not_taken(str(row.get("statusCode") or "failed"), answered.status_code)
    for row in _rows(said, "messageList"):
        provider_id = row.get("messageId")
        if isinstance(provider_id, str) and 0 < len(provider_id) <= LONGEST_ID:
            return Outcome(Answer.ACCEPTED, provider_id=provider_id, status=answered.status_code)
    return Outcome(Answer.UNKNOWN, status=answered.status_code, code="unreadable")


def refused(answered: httpx.Response) -> Outcome:
    """What an answer other than 200 means."""
    status, code = answered.status_code, _read(answered).get("errorCode")
    if status in TOO_FAST or code in TOO_FAST:
        seconds = _seconds(answered.headers)
        return Outcome(Answer.SLOW, status=status, code=_short(code or status), retry_after=seconds)
    if code in TAKEN_BEFORE:
        return Outcome(Answer.UNKNOWN, status=status, code=_short(code))
    if status in STOPS or code in STOPS:
        return Outcome(Answer.STOP, status=status, code=_short(code or status))
    if httpx.codes.is_client_error(status) and isinstance(code, str) and code:
        return Outcome(Answer.FAILED, status=status, code=_short(code))
    return Outcome(Answer.UNKNOWN, status=status, code=_short(code or status))  # or some machine in between


def _not_taken(code: str, status: int) -> Outcome:
    answer = Answer.STOP if code in STOPS else Answer.RETRY if code in TRY_AGAIN else Answer.FAILED
    return Outcome(answer, status=status, code=_short(code))


def _is_new(row: Mapping[str, Any], earliest: datetime) -> bool:
    """What does not say when it was made may be the one."""
    try:
        return datetime.fromisoformat(str(row["dateCreated"])) >= earliest
    except (KeyError, ValueError, TypeError):
        return True


def _read(answered: httpx.Response) -> dict[str, Any]:
    try:
        said = json.loads(answered.content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _rows(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    listed = said.get(name)
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def _short(code: object) -> str:
    return str(code)[:LONGEST_CODE]


def _seconds(headers: Mapping[str, str]) -> int | None:
    said = headers.get("Retry-After", "")
    return min(int(said), 3600) if said.isascii() and said.isdigit() and len(said) < 7 else None
