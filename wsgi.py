"""The WSGI application, nothing else."""

import gc

from handyman import create_app

app = create_app()

# What stands at the start stays: it is never searched for rubbish again, and what a page makes, which is
# gone with it, not after every few hundred objects.
gc.collect()
gc.freeze()
gc.set_threshold(20_000)
