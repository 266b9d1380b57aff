"""The WSGI application, nothing else."""

import gc
import sys

from handyman import create_app
from handyman.config import SettingError

NOT_TO_BE_TRIED_AGAIN = 3  # by this gunicorn knows that the next worker would fare no better

try:
    app = create_app()
except SettingError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(NOT_TO_BE_TRIED_AGAIN)  # one sentence, whoever starts us

# What stands at the start stays: it is never searched for rubbish again, and what a page makes, which is
# gone with it, not after every few hundred objects.
gc.collect()
gc.freeze()
gc.set_threshold(20_000)
