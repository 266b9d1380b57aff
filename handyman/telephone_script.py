"""What a member's pages work with, in one file: on a weak signal each request takes long."""

from functools import cache
from pathlib import Path

TELEPHONE = "telephone.js"
OUR_TELEPHONE = (
    "table.js",
    "queue.js",
    "drafts.js",
    "shelf.js",
    "unsent.js",
    "photographs.js",
    "form.js",
    "writing.js",
    "press.js",
    "phone.js",
    "live.js",
)


@cache
def telephone_script(ours: Path) -> str:
    return "\n".join((ours / name).read_text() for name in OUR_TELEPHONE)
