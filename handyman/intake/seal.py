"""The key by which a browser locks up an unfinished call: one for each login, and only on their own pages."""

import hmac
from base64 import b64encode
from hashlib import sha256

from flask import current_app

from handyman.models import Actor


def key_of(who: Actor) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return b64encode(hmac.digest(secret, f"unfinished call of {who.id}".encode(), sha256)).decode()
