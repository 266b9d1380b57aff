"""A photograph of a face as it is sent: read, or refused with a kind sentence."""

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage, MultiDict

from handyman.extensions import settings
from handyman.photos import MEGABYTE, PhotoError, prepare_face

FIELD = "photo"


def read_face(files: MultiDict[str, FileStorage]) -> tuple[bytes | None, str]:
    """The face as we keep it, or why there is none."""
    sent, most = files.get(FIELD), settings().photo_max_mb
    if sent is None or not sent.filename:
        return None, str(_("사진을 먼저 골라 주십시오."))
    try:
        return prepare_face(sent.stream, most * MEGABYTE), ""
    except PhotoError as error:
        return None, refusal(error.reason, most)


def refusal(reason: str, most: int) -> str:
    """Of a file that was sent alone."""
    if reason == "size":
        return str(_("사진이 너무 큽니다. %(most)s MB보다 작은 사진을 골라 주십시오.", most=most))
    if reason == "pixels":
        return str(_("사진이 너무 넓어서 열 수 없습니다. 새로 찍어 주십시오."))
    return str(_("사진이 아닙니다. 휴대전화로 찍은 사진을 골라 주십시오."))
