"""How a provider's door is knocked at: one deadline for several requests, and no key in any error or log."""

import json
import ssl
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from math import isfinite
from time import monotonic
from typing import Any, ClassVar
from urllib.parse import urlencode

import requests
from geopy.adapters import AdapterHTTPError, RequestsAdapter
from geopy.exc import (
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Urllib3TimeoutError

from handyman.geocode.asking.providers.answer import Answer

LARGEST_REPLY = 1_000_000
REPLIES_AT_ODDS = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


class Deadline:
    """The time that all requests of one question have together."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else monotonic() + seconds

    def left(self) -> float | None:
        """Seconds for the next request; GeocoderTimedOut when there are none."""
        if self._end is None:
            return None
        left = self._end - monotonic()
        if left <= 0:
            raise GeocoderTimedOut("no time is left")
        return left


class RefusedError(AdapterHTTPError):  # type: ignore[misc]  # geopy has no types
    """An HTTP status of 400 and more. Its body stays out of `text`, which geopy would log."""

    def __init__(self, status: int, headers: Any, body: str) -> None:
        super().__init__(f"status {status}", status_code=status, headers=headers, text="")
        self.reply = _json_or_none(body)


class QuickAdapter(RequestsAdapter):  # type: ignore[misc]
    """Asks once, follows nobody elsewhere with a key in hand, keeps no cookies, reads until the deadline."""

    def __init__(self, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context or _certificates(), max_retries=0)
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get_json(self, url: str, *, timeout: float | None, headers: dict[str, str]) -> Any:
        """The reply as JSON, or GeocoderParseError."""
        try:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))
        except (ValueError, RecursionError) as error:
            if isinstance(error, GeopyError):
                raise
            raise GeocoderParseError("the reply is no JSON") from None

    def get_text(self, url: str, *, timeout: float | None, headers: dict[str, str]) -> str:
        """The reply; an error names what happened and never the address that was asked."""
        deadline = Deadline(timeout)
        try:
            with self.session.get(
                url,
                timeout=timeout,
                headers={**headers, "Accept-Encoding": "identity"},
                allow_redirects=False,
                stream=True,
            ) as reply:
                body = _read(reply.raw, deadline)
        except (requests.Timeout, Urllib3TimeoutError, TimeoutError):
            raise GeocoderTimedOut("no reply in time") from None
        except requests.ConnectionError:
            raise GeocoderUnavailable("no connection") from None
        except (requests.RequestException, HTTPError, OSError) as error:
            raise GeocoderServiceError(type(error).__name__) from None
        if reply.status_code >= 400:
            raise RefusedError(reply.status_code, reply.headers, body)
        if reply.status_code != 200:
            raise GeocoderServiceError(f"status {reply.status_code}")
        return body


@cache
def _certificates() -> ssl.SSLContext:
    """The system's, read once for all providers."""
    return ssl.create_default_context()


def _read(raw: Any, deadline: Deadline) -> str:
    parts: list[bytes] = []
    size = 0
    while part := raw.read1(65_536):
        parts.append(part)
        size += len(part)
        deadline.left()
        if size > LARGEST_REPLY:
            raise GeocoderParseError("the reply is too large")
    return b"".join(parts).decode("utf-8", errors="replace")


def _json_or_none(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


class Provider(Geocoder):  # type: ignore[misc]
    """The base of ours: a search of one or more requests within one timeout."""

    host: ClassVar[str]

    def __init__(self, *, domain: str = "", adapter_factory: Any = QuickAdapter, **options: Any) -> None:
        super().__init__(adapter_factory=adapter_factory, **options)
        self.domain = (domain or self.host).strip("/")

    def geocode(self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL) -> Any:
        """A geopy Location (or a list of them), or None; `raw` is what the provider sent."""
        if not query.strip():
            raise GeocoderQueryError("there is nothing to look for")
        deadline = Deadline(self.timeout if timeout is DEFAULT_SENTINEL else timeout)
        places = self._search(query.strip(), deadline, exactly_one)
        if not places:
            return None
        return places[0] if exactly_one else places

    def answer(self, place: Any) -> Answer:
        """A Location of this provider in words of ours."""
        raise NotImplementedError

    def _search(self, query: str, deadline: Deadline, exactly_one: bool) -> list[Any]:
        raise NotImplementedError

    def _parse_json(self, reply: Any) -> Any:
        raise NotImplementedError

    def _format_url(self, path: str, params: dict[str, Any]) -> str:
        return f"{self.scheme}://{self.domain}{path}?{urlencode(params)}"

    def _ask(
        self, path: str, params: dict[str, Any], deadline: Deadline, headers: dict[str, str] | None = None
    ) -> Any:
        return self._call_geocoder(
            self._format_url(path, params), self._parse_json, timeout=deadline.left(), headers=headers
        )

    def _geocoder_exception_handler(self, error: Exception) -> None:
        """What geopy does not know of: a refusal by a code in the body, and a reply of another shape."""
        if isinstance(error, RefusedError):
            self._refused(error.status_code, error.reply)
        elif isinstance(error, REPLIES_AT_ODDS) and not isinstance(error, GeopyError):
            raise GeocoderParseError(f"a reply of another shape ({type(error).__name__})") from None

    def _refused(self, status: int, reply: Any) -> None:
        """May raise what the provider's own code means; else the status decides."""


def location(label: str, lat: Any, lon: Any, raw: Any) -> Any:
    """A Location at a point that exists; ValueError for any other."""
    point = (float(lat), float(lon))
    if not all(map(isfinite, point)) or not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        raise ValueError("no point on this earth")
    return Location(label, point, raw)
