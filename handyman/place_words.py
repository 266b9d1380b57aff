"""How sure the point of an address is, and whose it is, in words."""

from handyman.languages import gettext as _
from handyman.models import Grade


def grade_name(grade: Grade) -> str:
    """In a word or two, for a pin, a line of a list, a row of a table."""
    words: dict[Grade, str] = {
        Grade.PLACED: _("직접 놓음"),
        Grade.BUILDING: _("건물"),
        Grade.LOT: _("지번"),
        Grade.INTERPOLATED: _("어림"),
        Grade.ROAD: _("길까지만"),
        Grade.DONG: _("동까지만"),
        Grade.NONE: _("모름"),
    }
    return words[grade]


def grade_words(grade: Grade, error_m: int | None) -> str:
    """How sure the point is, as a person would say it."""
    about = metres_words(error_m or 0)
    words: dict[Grade, str] = {
        Grade.PLACED: _("지도에 직접 놓은 위치입니다."),
        Grade.BUILDING: _("건물 위치 · 약 %(about)s 안", about=about),
        Grade.LOT: _("지번의 위치 · 약 %(about)s 안", about=about),
        Grade.INTERPOLATED: _("번호 사이를 어림한 위치 · 약 %(about)s 안", about=about),
        Grade.ROAD: _(
            "길까지만 찾았습니다 (약 %(about)s 안). 번호를 다시 여쭙거나 지도에서 핀을 옮겨 주십시오.",
            about=about,
        ),
        Grade.DONG: _(
            "동까지만 찾았습니다 (약 %(about)s 안). 번지를 다시 여쭙거나 지도에서 핀을 옮겨 주십시오.",
            about=about,
        ),
        Grade.NONE: _("찾지 못했습니다."),
    }
    return words[grade]


def metres_words(metres: int) -> str:
    """30 m, 340 m, 1.2 km: no more figures than anybody means."""
    if metres < 100:
        return f"{metres} m"
    return f"{round(metres, -1)} m" if metres < 995 else f"{metres / 1000:.1f} km"


def source_name(source: str) -> str:
    """Who says where an address lies."""
    names: dict[str, str] = {
        "": _("모름"),
        "embedded": _("우리 주소표"),
        "table": _("우리 주소표 (상담원이 고름)"),
        "operator": _("지도에 직접 놓음"),
        "kakao": _("카카오"),
        "naver": _("네이버"),
        "juso": _("도로명주소 안내"),
        "vworld": _("브이월드"),
        "nominatim": "Nominatim",
        "photon": "Photon",
    }
    return names.get(source) or ", ".join(names.get(name, name) for name in source.split(","))
