"""Generated examples, on a machine that may be busy: slowness alone fails no test.

In CI the examples are the same each time, so that a change is judged by itself; anywhere else they are new.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "handyman",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("handyman")
