"""Pages of this step."""

from flask import Blueprint

bp = Blueprint("messages", __name__)
