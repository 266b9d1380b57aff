"""How a road service is asked for travel times: OSRM's and Valhalla's own protocols, and nobody else's here.

Each question is one request with one deadline. No error and no log carries an address or a coordinate.
"""

import json
from collections.abc import Sequence
from http.cookiejar import DefaultCookiePolicy
from math import isfinite
from time import monotonic
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from handyman.config import Settings
from handyman.dispatch.problem import Point

MOST_PLACES = 50  # of each side: OSRM takes 100 coordinates, Valhalla 50 x 50, unless told otherwise
LARGEST_REPLY = 2_000_000
LONGEST_SECONDS = 24 * 60 * 60
THREADS = 8
NOT_AS_DOCUMENTED = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)

Durations = list[list[float | None]]  # seconds from each source to each target; None: no way


class RoadError(Exception):
    """The service did not answer, not in time, or not with travel times."""


class RefusedError(RoadError):
    """It works, and takes none of this question: a place lies off its map, say."""


class RoadService(Protocol):
    def ask(
        self, sources: Sequence[Point], targets: Sequence[Point], profile: str, seconds: float
    ) -> Durations:
        """At most MOST_PLACES of each; RoadError when there is no answer within so many seconds."""


def choose(office: Settings) -> RoadService:
    kinds: dict[str, type[Osrm | Valhalla]] = {"osrm": Osrm, "valhalla": Valhalla}
    return kinds[office.travel_matrix_kind](office.travel_matrix_url)


class Osrm:
    """`/table/v1/{profile}/{lon,lat;...}`. The map data decides who travels; the profile is for a proxy."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = _session()

    def ask(
        self, sources: Sequence[Point], targets: Sequence[Point], profile: str, seconds: float
    ) -> Durations:
        places = ";".join(f"{place.lon:.5f},{place.lat:.5f}" for place in (*sources, *targets))
        first, last = len(sources), len(sources) + len(targets)
        query = {
            "sources": ";".join(map(str, range(first))),
            "destinations": ";".join(map(str, range(first, last))),
            "annotations": "duration",
        }
        url = f"{self._url}/table/v1/{profile}/{places}"
        reply = _ask(self._session, "GET", url, seconds, params=query)
        if not isinstance(reply, dict) or reply.get("code") != "Ok":
            raise RoadError("the service refused")
        return _checked(lambda: reply["durations"], sources, targets)


class Valhalla:
    """`/sources_to_targets`, with one entry for each pair."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = _session()

    def ask(
        self, sources: Sequence[Point], targets: Sequence[Point], profile: str, seconds: float
    ) -> Durations:
        question = {
            "sources": [_location(place) for place in sources],
            "targets": [_location(place) for place in targets],
            "costing": profile,
            "verbose": True,
        }
        reply = _ask(self._session, "POST", f"{self._url}/sources_to_targets", seconds, json=question)
        return _checked(
            lambda: [[pair["time"] for pair in row] for row in reply["sources_to_targets"]], sources, targets
        )


def _location(place: Point) -> dict[str, float]:
    return {"lat": round(place.lat, 5), "lon": round(place.lon, 5)}


def _session() -> requests.Session:
    """Connections that are kept, and nothing else: no second try, no cookies."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=THREADS, max_retries=0))
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _ask(session: requests.Session, method: str, url: str, seconds: float, **content: Any) -> Any:
    """The reply as JSON. The deadline holds for a reply that comes in drops, too."""
    deadline = monotonic() + seconds
    try:
        with session.request(
            method,
            url,
            timeout=seconds,
            headers={"Accept-Encoding": "identity"},
            allow_redirects=False,
            stream=True,
            **content,
        ) as reply:
            if reply.status_code == 400:
                raise RefusedError("status 400")
            if reply.status_code != 200:
                raise RoadError(f"status {reply.status_code}")
            return json.loads(_read(reply.raw, deadline))
    except (requests.RequestException, HTTPError, OSError, ValueError, RecursionError) as error:
        raise RoadError(type(error).__name__) from None


def _read(raw: Any, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := raw.read1(65_536):
        parts.append(part)
        size += len(part)
        if monotonic() > deadline:
            raise RoadError("no reply in time")
        if size > LARGEST_REPLY:
            raise RoadError("the reply is too large")
    return b"".join(parts)


def _checked(take: Any, sources: Sequence[Point], targets: Sequence[Point]) -> Durations:
    """The durations, when there is one for each pair; a reply of another shape says nothing at all."""
    try:
        durations: Durations = [[_seconds(value) for value in row] for row in take()]
    except NOT_AS_DOCUMENTED as error:
        raise RoadError(f"a reply of another shape ({type(error).__name__})") from None
    if len(durations) != len(sources) or any(len(row) != len(targets) for row in durations):
        raise RoadError("a reply of another size")
    return durations


def _seconds(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    if not isfinite(value) or not 0 <= value <= LONGEST_SECONDS:
        raise ValueError("no time of a way")
    return float(value)
