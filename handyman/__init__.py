"""The dispatch system of a home-repair co-operative.

Nothing is imported here before an application is asked for: the planner runs by itself, without Flask.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from handyman.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Build the application from the environment's settings, or from those given."""
    from flask import Flask

    from handyman import commands, errors, extensions, navigation, shown_team, words
    from handyman.config import read_settings

    settings = settings or read_settings()
    app = Flask(__name__, template_folder="../templates", instance_path=str(settings.instance))
    _configure(app, settings)
    errors.register(app)
    extensions.attach(app, settings)
    if settings.queue == "procrastinate":
        from handyman import text_jobs

        text_jobs.attach()
    words.register(app)
    shown_team.register(app)
    navigation.register(app, settings)
    commands.register(app)
    _register_steps(app)
    return app


def _configure(app: "Flask", settings: "Settings") -> None:
    from handyman import extensions, queueing
    from handyman.geocode import gazetteer
    from handyman.paths import RowNumber

    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.photo_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.logger.setLevel(settings.log_level)  # ours alone: libraries log addresses that they are asked for
    app.url_map.converters["int"] = RowNumber
    app.extensions["settings"] = settings
    gazetteer.use(settings.gazetteer_file)
    app.extensions["clock"] = lambda: datetime.now(UTC)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=extensions.engine_options(
            settings.database_url, queueing.SCHEMA if settings.queue == "procrastinate" else ""
        ),
        SESSION_COOKIE_NAME="handyman",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_REFRESH_EACH_REQUEST=False,  # guard.stay_signed_in does, now and then
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch is still the operator's own
        MAX_CONTENT_LENGTH=settings.photo_max_mb * 1024 * 1024 * 6,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=500,
        BABEL_DEFAULT_LOCALE="ko",
        BABEL_DEFAULT_TIMEZONE="Asia/Seoul",
        RATELIMIT_STORAGE_URI=settings.ratelimit_storage_uri,
        RATELIMIT_HEADERS_ENABLED=False,
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"],
        COMPRESS_ZSTD_LEVEL=6,  # a tenth less over a weak signal than with 3, for three milliseconds
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _register_steps(app: "Flask") -> None:
    from handyman import assets, extensions
    from handyman.accounts import guard, users
    from handyman.accounts import routes as accounts
    from handyman.board import routes as board
    from handyman.board.calling_off import routes as calling_off
    from handyman.board.catalogue import routes as catalogue
    from handyman.board.fairness import routes as fairness
    from handyman.board.late import routes as late
    from handyman.board.live import routes as live
    from handyman.board.mending import routes as mending
    from handyman.board.noticed import routes as noticed
    from handyman.board.overview import routes as overview
    from handyman.board.plans import routes as plans
    from handyman.board.service_times import routes as service_times
    from handyman.board.stand_bys import routes as stand_bys
    from handyman.board.waiting_list import routes as waiting_list
    from handyman.board.with_resident import routes as with_resident
    from handyman.intake import routes as intake
    from handyman.intake.answers import routes as answers
    from handyman.intake.card import routes as card
    from handyman.intake.place import routes as place
    from handyman.intake.recurring import routes as recurring
    from handyman.members import routes as members
    from handyman.members.faces import routes as faces
    from handyman.messages import routes as messages
    from handyman.messages.composer import routes as composer
    from handyman.messages.hooks import routes as hooks
    from handyman.messages.watch import routes as watch
    from handyman.report import routes as report
    from handyman.residents import routes as residents
    from handyman.residents.finding import routes as people
    from handyman.residents.merging import routes as merging
    from handyman.visit import routes as visit
    from handyman.visit.home import routes as home
    from handyman.visit.hotline import routes as hotline
    from handyman.visit.mine import routes as mine
    from handyman.visit.offline import routes as offline
    from handyman.visit.reporting import routes as reporting
    from handyman.visit.sheets import routes as sheets

    extensions.login.user_loader(users.load)
    guard.public(app.view_functions["static"])
    app.before_request(guard.check_request)
    app.after_request(guard.keep_private)
    app.register_blueprint(assets.bp)
    planning = (plans, mending, stand_bys, waiting_list)
    of_the_board = (
        board,
        calling_off,
        catalogue,
        fairness,
        live,
        late,
        noticed,
        overview,
        service_times,
        with_resident,
        *planning,
    )
    of_messages = (messages, composer, hooks, watch)
    of_the_call = (intake, answers, card, place, recurring)
    of_residents = (residents, people, merging)
    of_visits = (visit, home, hotline, mine, offline, reporting, sheets)
    for step in (
        accounts,
        *of_the_call,
        *of_residents,
        *of_the_board,
        members,
        faces,
        *of_messages,
        *of_visits,
        report,
    ):
        app.register_blueprint(step.bp)
