"""The compiled inner loop of dispatch: numbers in, numbers out.

Everything here works on the arrays of `arrays.Given` and `arrays.State`. What they mean is said in
`dispatch/routing.py`, what a plan costs in `dispatch/rules.py`. numba compiles each function once and keeps
the machine code beside it, in a folder named after the source: changed code never meets an old cache.
"""

import hashlib
import os
from pathlib import Path

import numba

HERE = Path(__file__).parent


def _own_cache() -> str:
    """A folder for this very source and this numba, so that a call from another file is never stale."""
    told = hashlib.sha256(numba.__version__.encode())
    for source in sorted(HERE.glob("*.py")):
        told.update(source.read_bytes())
    base = HERE / "__pycache__"
    if not os.access(base if base.exists() else HERE, os.W_OK):
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "handyman"
    return str(base / f"compiled-{told.hexdigest()[:16]}")


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = _own_cache()  # type: ignore[attr-defined]
