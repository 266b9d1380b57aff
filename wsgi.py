"""The WSGI application, nothing else."""

from handyman import create_app

app = create_app()
