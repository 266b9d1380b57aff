"""Photographs: checked, turned upright, made small, freed of what they tell, stored whole or not at all."""

import hashlib
import io
import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from flask import Response, abort, send_from_directory
from PIL import Image, ImageOps

from handyman.extensions import settings
from handyman.models import PhotoKind

MEGABYTE = 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = 1600
SMALL_SIDE = 320
FACE_SIDE = 480
FACE_AT = (0.5, 0.35)  # faces stand above the middle
DRAWN_BELOW = 160  # of 255: darker than that is a line of a signature
QUALITY = 80
MOST_PHOTOS = 12  # of one visit
MOST_PIXELS = 24_000_000  # decoded whole in memory: up to 96 MB
MOST_PIXELS_BASELINE = 89_000_000  # a baseline JPEG is decoded at an eighth of its size
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


class PhotoError(Exception):
    """A file that is not kept; the coded reason is worded on the page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason  # "type", "size", "pixels"


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph as we keep it."""

    kind: PhotoKind
    data: bytes
    sha256: str  # of what was sent
    width: int
    height: int
    small: bytes = b""  # the same as a stamp, for lists


@dataclass(slots=True)
class Shelf:
    """The photograph folder during one transaction: remembers what it put there."""

    folder: Path
    put_here: list[str] = field(default_factory=list)

    def put(self, data: bytes, small: bytes = b"") -> str:
        """The photograph and its stamp; gives the name of the first, which leads to the other."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{secrets.token_hex(16)}.jpg"
        self._write(name, data)
        if small:
            self._write(small_name(name), small)
        return name

    def _write(self, name: str, data: bytes) -> None:
        """Write a file whole, then give it its name: a reader never meets half of it."""
        part = self.folder / f".{name}.part"
        self.put_here.append(name)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / name)

    def clear(self) -> None:
        for name in self.put_here:
            (self.folder / name).unlink(missing_ok=True)
            (self.folder / f".{name}.part").unlink(missing_ok=True)


def is_blank(picture: Picture) -> bool:
    """Whether nothing was drawn."""
    with Image.open(io.BytesIO(picture.data)) as image:
        shades = image.convert("L").histogram()
    return not any(shades[:DRAWN_BELOW])


def small_name(name: str) -> str:
    """Of the stamp that lies beside a photograph."""
    return f"{name.removesuffix('.jpg')}.small.jpg"


def throw_away(folder: Path, names: Iterable[str]) -> None:
    """Files of rows that are gone for good."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
        (folder / small_name(name)).unlink(missing_ok=True)


@contextmanager
def shelf(folder: Path) -> Iterator[Shelf]:
    """Put around a transaction: when that is rolled back, its files go too."""
    opened = Shelf(folder)
    try:
        yield opened
    except BaseException:
        opened.clear()
        raise


def prepare(file: IO[bytes], kind: PhotoKind, most_bytes: int) -> Picture:
    """What was sent, as we keep it, or PhotoError."""
    sent = file.read(most_bytes + 1)
    clean = _opened(sent, most_bytes)
    size, large = clean.size, _written(clean)
    clean.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Picture(kind, large, hashlib.sha256(sent).hexdigest(), *size, _written(clean))


def prepare_face(file: IO[bytes], most_bytes: int) -> bytes:
    """A square of what was sent, for a small round picture, or PhotoError."""
    clean = _opened(file.read(most_bytes + 1), most_bytes)
    return _written(ImageOps.fit(clean, (FACE_SIDE, FACE_SIDE), centering=FACE_AT))


def show(name: str, *, small: bool = False) -> Response:
    """A file of the folder, or its stamp; whoever asks has been let in before. No shared cache keeps it."""
    if not name:
        abort(404)
    if small and (settings().photo_folder / small_name(name)).exists():
        name = small_name(name)
    answer = send_from_directory(settings().photo_folder, name, mimetype="image/jpeg", max_age=3600)
    answer.cache_control.public = False
    answer.cache_control.private = True
    return answer


def _opened(sent: bytes, most_bytes: int) -> Image.Image:
    if len(sent) > most_bytes:
        raise PhotoError("size")
    try:
        return _clean(sent)
    except UNREADABLE as error:
        raise PhotoError("pixels" if isinstance(error, Image.DecompressionBombError) else "type") from error


def _clean(sent: bytes) -> Image.Image:
    """Upright, and of pixels alone."""
    with Image.open(io.BytesIO(sent), formats=FORMATS) as image:
        _check_pixels(image)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
    clean = Image.new("RGB", upright.size, "white")  # pixels alone go over: no EXIF, no comment, no profile
    seen = upright.convert("RGBA")
    clean.paste(seen, mask=seen.getchannel("A"))
    return clean


def _written(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()


def _check_pixels(image: Image.Image) -> None:
    """Refuse what would fill the memory, before a pixel of it is decoded."""
    small = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    if image.width * image.height > (MOST_PIXELS_BASELINE if small else MOST_PIXELS):
        raise Image.DecompressionBombError
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at a fraction of its size
    if image.width * image.height > MOST_PIXELS:
        raise Image.DecompressionBombError
