"""`python -m benchmarks [geocode] [pages] [call] [plan | plan-quick] [1] [5] [30] [anew]`: what we claim.

`plan` takes all planning problems (an hour and a half), `plan-quick` eight; figures are seconds for a plan.
"""

import sys

from benchmarks.run import run

sys.exit(run(sys.argv[1:]))
