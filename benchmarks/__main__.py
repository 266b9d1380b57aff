"""`python -m benchmarks [geocode] [pages] [anew]`: what we claim about speed, each against a baseline."""

import sys

from benchmarks.run import run

sys.exit(run(sys.argv[1:]))
