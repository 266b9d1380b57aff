"""The photographs of the finish form: read one by one, each refusal a kind sentence."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from handyman.models import PhotoKind
from handyman.photo_words import refusal
from handyman.photos import MEGABYTE, MOST_PHOTOS, PhotoError, Picture, prepare
from handyman.words import ordinal


def read_photos(
    files: MultiDict[str, FileStorage], kinds: Iterable[PhotoKind], most_mb: int
) -> tuple[list[Picture], dict[str, str]]:
    """The photographs as we keep them, and what is wrong with those that we do not."""
    pictures: list[Picture] = []
    problems: dict[str, str] = {}
    for kind in kinds:
        uploads = _sent(files, kind)
        for number, upload in enumerate(uploads, start=1):
            if len(pictures) > MOST_PHOTOS:  # one more than there is room for says so
                break
            try:
                pictures.append(prepare(upload.stream, kind, most_mb * MEGABYTE))
            except PhotoError as error:
                problems[kind] = (
                    _of_several(error.reason, number, most_mb)
                    if len(uploads) > 1
                    else refusal(error.reason, most_mb)
                )
    return pictures, problems


def _sent(files: MultiDict[str, FileStorage], kind: PhotoKind) -> list[FileStorage]:
    return [upload for upload in files.getlist(kind) if upload.filename]


def _of_several(reason: str, number: int, most_mb: int) -> str:
    sentences = {
        "size": _l("%(which)s 사진이 너무 큽니다. %(most)s MB보다 작은 사진을 골라 주십시오."),
        "pixels": _l("%(which)s 사진은 너무 넓어서 열 수 없습니다. 새로 찍어 주십시오."),
        "type": _l("%(which)s 파일은 사진이 아닙니다. 휴대전화로 찍은 사진을 골라 주십시오."),
    }
    return str(sentences[reason]) % {"which": ordinal(number), "most": most_mb}
