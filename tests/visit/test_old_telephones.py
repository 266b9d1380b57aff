"""What a telephone of some years ago has to read: no script of its pages is in newer words than it knows."""

import shutil
import subprocess

import pytest
from flask.testing import FlaskClient

from tests.skipping import must_run
from tools.shell import PROGRAMS, ROOT

ACORN = ROOT / "node_modules" / "acorn"
READS = f"""
const words = require("fs").readFileSync(0, "utf8");
require({str(ACORN)!r}).parse(words, {{ ecmaVersion: 2018 }});
"""  # Chromium has known all of it since 2018, Safari since iOS 12


@pytest.mark.parametrize("address", ["/static/telephone.js", "/static/sign.js", "/sw.js"])
def test_scripts_of_a_telephone_are_written_as_in_2018(client: FlaskClient, address: str) -> None:
    node = shutil.which("node") or shutil.which("node", path=str(PROGRAMS))
    if node is None or not ACORN.exists():
        (pytest.fail if must_run() else pytest.skip)("node or acorn was not found: run `make setup`")
    script = client.get(address)
    assert script.status_code == 200
    read = subprocess.run([node, "-e", READS], input=script.data, capture_output=True, check=False)
    assert read.returncode == 0, read.stderr.decode()[-600:]
