"""Texts and calls by Twilio: its own client, and its many answers become five of ours."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from ssl import SSLCertVerificationError
from threading import local
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, SSLError
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from handyman.config import Settings
from handyman.messages.gateways.deadline import within
from handyman.messages.gateways.kinds import Answer, Outcome, Outgoing, Status
from handyman.models import Channel

PATIENCE = (5.0, 15.0)  # seconds to connect, seconds to an answer
MOST_VALID_SECONDS = 36_000  # Twilio's own longest ValidityPeriod
RINGS_SECONDS = 30
CALL = "CA"  # how the ids of calls begin
CLOCKS_DIFFER = {Channel.SMS: timedelta(hours=1), Channel.VOICE: timedelta(minutes=5)}  # calls have no words
STOPS = frozenset({401, 403, 20003, 20005, 30002})  # the account itself: no other text would fare better
NO_SENDER = frozenset({21212, 21606, 21657, 21659, 21660, 21661})  # nor with this number to send from
TOO_FAST = frozenset({429, 20429})

quiet = logging.getLogger("handyman.twilio")
quiet.setLevel(logging.WARNING)  # twilio logs addresses that carry telephone numbers


class TwilioGateway:
    """Twilio's own client, one connection per text: a kept one may break just when it is used.

    Serves any number of threads. `patience` is in seconds, to connect and to an answer, together at the most.
    """

    name, real = "twilio", True

    def __init__(self, settings: Settings, patience: tuple[float, float] = PATIENCE) -> None:
        self._settings = settings
        self._line = Line(settings, patience)

    def send(self, text: Outgoing) -> Outcome:
        self._line.http.last = None
        try:
            created = self._call(text) if text.channel is Channel.VOICE else self._text(text)
        except Exception as error:  # noqa: BLE001 - whatever it is, the text may have been taken
            return self._from_error(error, text.channel)
        if not created.sid:
            return Outcome(Answer.UNKNOWN, status=self._line.http.status, code="unreadable")
        return Outcome(Answer.ACCEPTED, provider_id=str(created.sid), status=self._line.http.status)

    def _text(self, text: Outgoing) -> Any:
        return self._line.client.messages.create(
            to=text.to,
            body=text.body,
            validity_period=max(1, min(text.valid_seconds, MOST_VALID_SECONDS)),
            status_callback=hook_url(self._settings, "status", text.id, text.attempt),
            **self._sender(),
        )

    def _call(self, text: Outgoing) -> Any:
        return self._line.client.calls.create(
            to=text.to,
            from_=self._settings.twilio_from,
            url=hook_url(self._settings, "voice", text.id, text.attempt),
            status_callback=hook_url(self._settings, "status", text.id, text.attempt),
            timeout=RINGS_SECONDS,
        )

    def find(
        self, to: str, body: str, since: datetime, channel: Channel, outbox_id: int = 0
    ) -> list[str] | None:
        earliest = since - CLOCKS_DIFFER[channel]
        try:
            if channel is Channel.VOICE:  # the list of calls does not say what was spoken
                called = self._line.client.calls.list(to=to, limit=50)
                return [each.sid for each in called if each.date_created >= earliest]
            listed = self._line.client.messages.list(to=to, limit=50)
            return [each.sid for each in listed if each.body == body and each.date_created >= earliest]
        except Exception:  # noqa: BLE001 - an answer we cannot read is no answer
            return None

    def status(self, provider_id: str) -> Status | None:
        try:
            if provider_id.startswith(CALL):
                return Status(str(self._line.client.calls(provider_id).fetch().status))
            found = self._line.client.messages(provider_id).fetch()
            return Status(str(found.status), str(found.error_code or ""))
        except Exception:  # noqa: BLE001 - an answer we cannot read is no answer
            return None

    def _sender(self) -> dict[str, str]:
        if self._settings.twilio_messaging_service_sid:
            return {"messaging_service_sid": self._settings.twilio_messaging_service_sid}
        return {"from_": self._settings.twilio_from}

    def _from_error(self, error: Exception, channel: Channel) -> Outcome:
        if isinstance(error, TwilioException) and self._line.http.last is not None:
            return refused(self._line.http.last, channel)
        if _never_left(error):
            return Outcome(Answer.RETRY, code="no_connection")
        return Outcome(Answer.UNKNOWN, status=self._line.http.status, code=type(error).__name__[:20])


class Line(local):
    """A thread's own client: it remembers the last answer, to tell a refusal from a lost text."""

    def __init__(self, settings: Settings, patience: tuple[float, float]) -> None:
        self.http = RedirectedHttp(settings.twilio_api_base, patience)
        self.client = Client(settings.twilio_account_sid, settings.twilio_auth_token, http_client=self.http)


class RedirectedHttp(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's transport with our address, finite patience and no retries of its own."""

    def __init__(self, api_base: str, patience: tuple[float, float]) -> None:
        super().__init__(pool_connections=False, logger=quiet)
        self.timeout = patience
        self.last: Response | None = None
        self._base = urlsplit(api_base)

    @property
    def status(self) -> int | None:
        return int(self.last.status_code) if self.last is not None else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        asked = urlsplit(url)
        here = asked._replace(
            scheme=self._base.scheme, netloc=self._base.netloc, path=self._base.path + asked.path
        )
        send = super().request
        self.last = within(sum(self.timeout), lambda: send(method, urlunsplit(here), *args, **kwargs))
        return self.last


def refused(response: Response, channel: Channel = Channel.SMS) -> Outcome:
    """What an answer other than 2xx means. A number that cannot call may be another than the one of texts."""
    status, code = int(response.status_code), _code(response.text)
    said = {"status": status, "code": str(code or status)}
    if status in TOO_FAST or code in TOO_FAST:
        return Outcome(Answer.SLOW, retry_after=_seconds(response.headers), **said)  # type: ignore[arg-type]
    if status in STOPS or code in STOPS or (code in NO_SENDER and channel is Channel.SMS):
        return Outcome(Answer.STOP, **said)  # type: ignore[arg-type]
    if 400 <= status < 500 and code is not None:
        return Outcome(Answer.FAILED, **said)  # type: ignore[arg-type]
    return Outcome(Answer.UNKNOWN, **said)  # type: ignore[arg-type]  # 5xx, or some machine in between


def hook_url(settings: Settings, hook: str, outbox_id: int, attempt: int) -> str:
    """Where Twilio calls in; it carries which try it is about, so that even a lost answer is adopted."""
    return f"{settings.public_base_url}/hooks/twilio/{hook}?outbox={outbox_id}&attempt={attempt}"


def is_signed(settings: Settings, path: str, form: Any, headers: Mapping[str, str]) -> bool:
    """Whether Twilio sent it, to the address that we have given: `path` with its question mark and all.

    While a token is being changed, what is signed by the one before counts too.
    """
    algorithm = get_signature_algorithm(headers.get("X-Twilio-Webhooks-Signature-Settings"))
    address, signature = settings.public_base_url + path, headers.get("X-Twilio-Signature", "")
    tokens = [token for token in (settings.twilio_auth_token, settings.twilio_auth_token_old) if token]
    try:
        return any(RequestValidator(token).validate(address, form, signature, algorithm) for token in tokens)
    except ValueError:
        return False  # an algorithm that nobody knows


def _never_left(error: Exception) -> bool:
    """Refused, not found, or a certificate we do not trust: the request was never written."""
    if isinstance(error, ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, SSLError):
        return any(isinstance(each, SSLCertVerificationError) for each in getattr(reason, "args", ()))
    return isinstance(error, RequestsConnectionError) and isinstance(reason, NewConnectionError)


def _code(body: str) -> int | None:
    try:
        code = json.loads(body)["code"]
    except (ValueError, TypeError, KeyError):
        return None
    return code if isinstance(code, int) else None


def _seconds(headers: Any) -> int | None:
    said = str((headers or {}).get("Retry-After", ""))
    return min(int(said), 3600) if said.isascii() and said.isdigit() and len(said) < 7 else None
