"""What gunicorn serves in the bench: the product, and beside it a bare Flask page in the same process."""

from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from benchmarks.scale import NOW
from wsgi import app as product

CONSTANT = (
    "<!doctype html><html lang=ko><title>기준</title><h1>기준 화면</h1>" + "<p>늘 같은 글입니다.</p>" * 20
)


def make() -> Any:
    product.extensions["clock"] = lambda: NOW
    bare = Flask("bare")
    bare.jinja_loader = DictLoader({"constant.html": CONSTANT})  # type: ignore[assignment]
    bare.add_url_rule("/", view_func=lambda: render_template("constant.html"))
    product.wsgi_app = DispatcherMiddleware(product.wsgi_app, {"/bare": bare})  # type: ignore[method-assign]
    return product
