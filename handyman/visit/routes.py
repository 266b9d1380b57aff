"""Pages of this step."""

from flask import Blueprint

bp = Blueprint("visit", __name__)
