"""A road service on loopback: speaks OSRM and Valhalla as they do, refuses, hangs or talks nonsense."""

import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from handyman.dispatch.problem import Point
from handyman.dispatch.travel import great_circle_metres

TABLE = re.compile(r"/table/v1/([\w-]+)/(-?[\d.]+,-?[\d.]+(?:;-?[\d.]+,-?[\d.]+)*)")
COSTINGS = ("auto", "bicycle", "bus", "motor_scooter", "pedestrian", "taxi", "truck")
MOST_COORDINATES = 100  # of osrm-routed, unless it is told otherwise
MOST_LOCATIONS = 50  # of Valhalla
Times = list[list[float | None]]
Fault = Callable[["Handler"], None]


def seconds(start: Point, end: Point) -> float:
    """What this map says: 4 m/s as the crow flies, and a minute more going north."""
    return great_circle_metres(start, end) / 4 + (60.0 if end.lat > start.lat else 0.0)


@dataclass
class Peer:
    """What it was asked, what its map lacks, and what goes wrong next time."""

    asked: list[tuple[str, list[Point], list[Point]]] = field(default_factory=list)
    unreachable: set[Point] = field(default_factory=set)
    off_the_map: set[Point] = field(default_factory=set)
    fault: Fault | None = None
    released: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def reset(self) -> None:
        self.released.set()
        self.fault, self.released = None, threading.Event()
        self.asked.clear()
        self.unreachable.clear()
        self.off_the_map.clear()

    def times(self, profile: str, sources: list[Point], targets: list[Point]) -> Times:
        self.asked.append((profile, sources, targets))
        return [[self._time(start, end) for end in targets] for start in sources]

    def _time(self, start: Point, end: Point) -> float | None:
        return None if {start, end} & self.unreachable else round(seconds(start, end), 1)


class Handler(BaseHTTPRequestHandler):
    peer: Peer
    protocol_version = "HTTP/1.1"
    body: Any = None

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._reply()

    def _reply(self) -> None:
        if self.peer.fault:
            self.peer.fault(self)
        else:
            self.answer(*self.proper())

    def proper(self) -> tuple[int, object]:
        return valhalla(self) if self.path.startswith("/sources_to_targets") else osrm(self)

    def answer(self, status: int, body: object, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass


def osrm(handler: Handler) -> tuple[int, object]:
    parts = urlsplit(handler.path)
    match = TABLE.fullmatch(parts.path)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if match is None or set(query) - {"sources", "destinations", "annotations"}:
        return 400, {"code": "InvalidQuery", "message": "Query string malformed close to position 10"}
    lon_lats = [pair.split(",") for pair in match[2].split(";")]
    points = [Point(float(lat), float(lon)) for lon, lat in lon_lats]
    if len(points) > MOST_COORDINATES:
        return 400, {"code": "TooBig", "message": "Too many table coordinates"}
    if handler.peer.off_the_map & set(points):
        return 400, {"code": "NoSegment", "message": "Could not find a matching segment for coordinate"}
    sources, targets = (_picked(points, query.get(side, "all")) for side in ("sources", "destinations"))
    reply: dict[str, Any] = {"code": "Ok", "sources": list(map(_waypoint, sources))}
    reply["destinations"] = list(map(_waypoint, targets))
    if query.get("annotations", "duration") == "duration":
        reply["durations"] = handler.peer.times(match[1], sources, targets)
    return 200, reply


def _picked(points: list[Point], indexes: str) -> list[Point]:
    return points if indexes == "all" else [points[int(index)] for index in indexes.split(";")]


def _waypoint(point: Point) -> dict[str, object]:
    return {"hint": "", "distance": 4.1, "name": "상도로", "location": [point.lon, point.lat]}


def valhalla(handler: Handler) -> tuple[int, object]:
    asked = handler.body or json.loads(parse_qs(urlsplit(handler.path).query)["json"][0])
    if asked["costing"] not in COSTINGS:
        return _bad(125, f"No costing method found: '{asked['costing']}'")
    sources, targets = ([Point(**place) for place in asked[side]] for side in ("sources", "targets"))
    if max(len(sources), len(targets)) > MOST_LOCATIONS:
        return _bad(150, "Exceeded max locations: 50")
    if handler.peer.off_the_map & {*sources, *targets}:
        return _bad(171, "No suitable edges near location")
    times = handler.peer.times(asked["costing"], sources, targets)
    rows = [[_entry(i, j, time) for j, time in enumerate(row)] for i, row in enumerate(times)]
    return 200, {"sources_to_targets": rows, "units": "kilometers", "algorithm": "costmatrix"}


def _bad(number: int, words: str) -> tuple[int, object]:
    return 400, {"error_code": number, "error": words, "status_code": 400, "status": "Bad Request"}


def _entry(i: int, j: int, time: float | None) -> dict[str, object]:
    distance = None if time is None else round(time * 4 / 1000, 3)
    return {"from_index": i, "to_index": j, "time": time, "distance": distance}


# What may go wrong


def hang(handler: Handler) -> None:
    """No answer until the test is over."""
    handler.peer.released.wait(20)
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """A byte now and then, so that no single wait is long."""
    handler.close_connection = True
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(200):
        if handler.peer.released.wait(0.02):
            return
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


def vanish(handler: Handler) -> None:
    """The connection dies."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def elsewhere(handler: Handler) -> None:
    """It sends us to somebody else."""
    handler.answer(302, "", Location=f"{handler.peer.address}/table/v1/driving/127,37?annotations=duration")


def says(status: int, body: object) -> Fault:
    return lambda handler: handler.answer(status, body)


def altered(change: Callable[[Any], object]) -> Fault:
    """A proper reply of OSRM, but for this."""

    def fault(handler: Handler) -> None:
        status, reply = handler.proper()
        handler.answer(status, change(reply))

    return fault


def start() -> tuple[Peer, ThreadingHTTPServer]:
    peer = Peer()
    handler = type("Bound", (Handler,), {"peer": peer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    peer.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return peer, server
