"""The WSGI application, nothing else."""

import gc
import sys

from handyman import create_app
from handyman.config import SettingError

try:
    app = create_app()
except SettingError as error:
    sys.exit(str(error))  # one sentence, whoever starts us

# What stands at the start stays: it is never searched for rubbish again, and what a page makes, which is
# gone with it, not after every few hundred objects.
gc.collect()
gc.freeze()
gc.set_threshold(20_000)
