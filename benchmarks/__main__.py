"""`python -m benchmarks [WORD ...]`: what we claim. Without a word all of the desk, of texts and of uploads,
and what is quick of the planner.

Of the planner: `plan` takes all problems (an hour and a half), `plan-quick` eight, bare figures are the
seconds for a plan (1 5 30); `plan-anytime`; `booking` takes 30 days of calls (an hour), `booking-quick` five;
`city` takes 25 districts, `city-quick` eight. `people` looks for people among
100,000, three minutes on each database. Of texts: `texts-crash` kills 300 times over 2,000 texts,
`texts-crash-quick` 60 times over 400, each on SQLite and on PostgreSQL; `texts-speed` takes three minutes,
`texts-speed-quick` two; `texts-claims`, `texts-web`. `uploads` breaks the line at
200 photographs of members, `uploads-quick` at 12.
`lighthouse` looks at three pages. `anew` measures again what has not changed.
"""

import sys

from benchmarks.run import run

sys.exit(run(sys.argv[1:]))
