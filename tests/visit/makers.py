"""Photographs and reports, as a member's telephone sends them."""

import io
from base64 import b64encode
from typing import Any

from PIL import Image

from handyman.visit.reporting.said import DRAWN


def make_photo(
    size: tuple[int, int] = (640, 480), colour: str = "teal", kind: str = "JPEG", **saving: Any
) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind, **saving)
    return written.getvalue()


def make_photo_with_place() -> bytes:
    """As a telephone takes it: lying on its side, with the place and the maker inside."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it to the right to see it upright
    exif[0x010F] = "Maker of the telephone"
    exif.get_ifd(0x8825)[2] = (37.0, 30.0, 1.0)
    image = Image.new("RGB", (400, 200), "white")
    image.paste("red", (0, 0, 200, 200))
    written = io.BytesIO()
    image.save(written, "JPEG", exif=exif, comment=b"a comment with a name", quality=95)
    return written.getvalue()


def make_signature() -> str:
    """As the glass sends it: one stroke."""
    image = Image.new("RGB", (300, 120), "white")
    image.paste("black", (40, 60, 200, 66))
    written = io.BytesIO()
    image.save(written, "PNG")
    return DRAWN + b64encode(written.getvalue()).decode()


def report(client: Any, path: str, form: dict[str, Any]) -> Any:
    """Say a whole report step by step, as far as it is taken; gives the last answer."""
    files = {name: value for name, value in form.items() if isinstance(value, list)}
    typed = {name: value for name, value in form.items() if name not in files}
    steps = [("work", typed), ("photos", files), ("photos/done", {})]
    if form.get("outcome") in ("done", "partly"):
        steps += [("materials", typed), ("signature", {"none": "hand", **typed})]
    answer = None
    for step, said in [*steps, ("send", {})]:
        answer = client.post(f"{path}/report/{step}", data=said)
        if answer.status_code != 303:
            break
    return answer


def sent(data: bytes, name: str = "IMG_0001.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name
