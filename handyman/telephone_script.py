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
    "times.js",
    "press.js",
    "phone.js",
    "live.js",
)


@cache
def telephone_script(ours: Path) -> str:
    return "\n".join(without_comments(ours / name) for name in OUR_TELEPHONE)


def without_comments(script: Path) -> str:
    """What is said to whoever reads the file alone is a seventh of it, and stays here."""
    lines = script.read_text().splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("//"))
