"""The way to a home in the map that a member uses. A rule: each map has its own kind of address.

What a map is told is where the door is, never whose. The maps' own documentation says how they are asked.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode


class MapApp(StrEnum):
    KAKAO = "kakao"
    NAVER = "naver"
    TMAP = "tmap"
    PHONE = "phone"  # whatever opens a geo: address, or the iPhone's own


BY = {  # how members go, in the words of each map
    "walk": ("FOOT", "walk"),
    "transit": ("PUBLICTRANSIT", "public"),
    "car": ("CAR", "car"),
    "cargo_bike": ("BICYCLE", "bicycle"),
}
APPLE = {"transit": "r", "car": "d"}


@dataclass(frozen=True, slots=True)
class Door:
    lat: float
    lon: float
    label: str  # of the building


def address(app: MapApp, door: Door, mode: str, asker: str, *, iphone: bool = False) -> str:
    """What the button opens. `asker` is our own address, which Naver wants to know."""
    kakao, naver = BY.get(mode, BY["walk"])
    at = f"{door.lat:.6f},{door.lon:.6f}"
    if app is MapApp.KAKAO:
        return f"kakaomap://route?{urlencode({'ep': at, 'by': kakao}, safe=',')}"
    if app is MapApp.NAVER:
        asked = {"dlat": f"{door.lat:.6f}", "dlng": f"{door.lon:.6f}", "dname": door.label, "appname": asker}
        return f"nmap://route/{naver}?{urlencode(asked, quote_via=quote)}"
    if app is MapApp.TMAP:
        asked = {"goalname": door.label, "goalx": f"{door.lon:.6f}", "goaly": f"{door.lat:.6f}"}
        return f"tmap://route?{urlencode(asked, quote_via=quote)}"
    if iphone:  # knows no geo: address
        return f"https://maps.apple.com/?{urlencode({'daddr': at, 'dirflg': APPLE.get(mode, 'w')}, safe=',')}"
    return f"geo:{at}?q={at}({quote(door.label)})"
