"""Photographs are kept small, upright and silent, whole or not at all."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from handyman.models import PhotoKind
from handyman.photos import LONGEST_SIDE, PhotoError, prepare, shelf
from tests.visit.makers import make_photo, make_photo_with_place

MOST = 20 * 1024 * 1024


def prepared(data: bytes, most: int = MOST) -> Image.Image:
    picture = prepare(io.BytesIO(data), PhotoKind.BEFORE, most)
    image = Image.open(io.BytesIO(picture.data))
    assert image.size == (picture.width, picture.height)
    return image


def test_nothing_that_a_photograph_tells_besides_its_picture_is_kept() -> None:
    sent = make_photo_with_place()
    assert b"Maker of the telephone" in sent
    picture = prepare(io.BytesIO(sent), PhotoKind.BEFORE, MOST)
    assert not Image.open(io.BytesIO(picture.data)).getexif()
    assert b"Maker" not in picture.data
    assert b"a comment" not in picture.data


def test_a_photograph_taken_sideways_is_stored_upright() -> None:
    image = prepared(make_photo_with_place())
    assert image.size == (200, 400)
    red, green, _blue = image.convert("RGB").getpixel((100, 50))  # type: ignore[misc]
    assert red > 200
    assert green < 60


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000)])
def test_the_longest_side_is_1600_pixels(size: tuple[int, int]) -> None:
    assert max(prepared(make_photo(size)).size) == LONGEST_SIDE == 1600


def test_a_small_photograph_is_not_blown_up() -> None:
    assert prepared(make_photo((320, 200))).size == (320, 200)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_photographs_become_jpeg(kind: str) -> None:
    assert prepared(make_photo(kind=kind)).format == "JPEG"


def test_what_is_see_through_becomes_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(written, "PNG")
    assert prepared(written.getvalue()).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture at all",
        b"%PDF-1.7 a document",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        make_photo(kind="GIF"),
        make_photo(kind="BMP"),
        make_photo((900, 900))[:2000],
        b"\xff\xd8\xff\xe0" + b"\0" * 50,
    ],
)
def test_what_is_not_a_photograph_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoError) as refused:
        prepare(io.BytesIO(data), PhotoKind.BEFORE, MOST)
    assert refused.value.reason == "type"


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(PhotoError) as refused:
        prepare(io.BytesIO(make_photo() + b"\0" * 5000), PhotoKind.BEFORE, 5000)
    assert refused.value.reason == "size"


@pytest.mark.parametrize("side", [20_000, 6_000])
def test_a_decompression_bomb_is_refused_before_it_is_opened(side: int) -> None:
    with pytest.raises(PhotoError) as refused:
        prepare(io.BytesIO(_png_that_claims(side)), PhotoKind.BEFORE, MOST)
    assert refused.value.reason == "pixels"


def test_a_progressive_picture_gets_less_room_than_a_plain_one() -> None:
    wide = Image.new("L", (6000, 5000))
    for progressive, refused in ((False, False), (True, True)):
        written = io.BytesIO()
        wide.save(written, "JPEG", progressive=progressive)
        if refused:
            with pytest.raises(PhotoError, match="pixels"):
                prepare(io.BytesIO(written.getvalue()), PhotoKind.BEFORE, MOST)
        else:
            assert max(prepared(written.getvalue()).size) == LONGEST_SIDE


def test_files_go_when_what_they_belong_to_is_not_stored(tmp_path: Path) -> None:
    folder = tmp_path / "photos"

    def fail_after_storing() -> None:
        with shelf(folder) as opened:
            opened.put(b"one")
            opened.put(b"two")
            assert len(list(folder.iterdir())) == 2
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_storing()
    assert list(folder.iterdir()) == []


def test_files_stay_under_random_names_when_all_went_well(tmp_path: Path) -> None:
    with shelf(tmp_path) as opened:
        names = {opened.put(b"one"), opened.put(b"one")}
    assert len(names) == 2
    assert {file.name for file in tmp_path.iterdir()} == names


def _png_that_claims(side: int) -> bytes:
    """A few bytes that would fill the memory."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
