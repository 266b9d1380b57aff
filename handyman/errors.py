"""What people read when something is refused, not there, not theirs, too large or broken."""

from flask import Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

REFUSED = "X-Refused"  # the status, where the answer itself goes out as 200
REFUSALS = frozenset({400, 401, 403, 409, 410, 413, 422, 429})  # what is not there (404) stays an error
PAGES = ("document", "empty")  # as browsers call a page, and what a page's own script asks


def register(app: Flask) -> None:
    """Before the libraries: so this looks at an answer after them, who count what was refused."""
    app.after_request(_as_a_page)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _broken)


def sentence(code: int) -> tuple[str, str]:
    """Heading and what to do next, for a status code."""
    known = {
        400: (_("요청을 읽을 수 없습니다"), _("이전 화면으로 돌아가 다시 입력해 주십시오.")),
        403: (_("이 화면을 볼 권한이 없습니다"), _("필요하시면 관리자에게 권한을 요청해 주십시오.")),
        404: (
            _("찾으시는 화면이 없습니다"),
            _("주소가 바뀌었거나 지워졌습니다. 처음 화면에서 다시 찾아 주십시오."),
        ),
        405: (_("이 주소는 그렇게 쓸 수 없습니다"), _("처음 화면에서 다시 시작해 주십시오.")),
        409: (_("그 사이에 내용이 바뀌었습니다"), _("화면을 새로 고친 뒤 다시 해 주십시오.")),
        413: _too_large(),
        429: (_("잠시 뒤에 다시 해 주십시오"), _("짧은 시간에 너무 여러 번 시도했습니다.")),
        500: (
            _("저희 쪽에 문제가 생겼습니다"),
            _("입력하신 내용은 저장되지 않았습니다. 잠시 뒤 다시 해 주십시오."),
        ),
    }
    return known.get(code) or known[400 if code < 500 else 500]


def _too_large() -> tuple[str, str]:
    if request.mimetype == "multipart/form-data":
        return _("보내신 파일이 너무 큽니다"), _("사진을 나누어 보내거나 더 작은 사진을 골라 주십시오.")
    return _("적으신 글이 너무 깁니다"), _("이전 화면으로 돌아가 글을 줄인 뒤 다시 저장해 주십시오.")


def page(code: int) -> ResponseReturnValue:
    if code == 404 and not current_user.is_authenticated:
        return render_template("errors/lost.html"), code
    title, advice = sentence(code)
    return render_template("errors/page.html", title=title, advice=advice, code=code), code


def _as_a_page(response: Response) -> Response:
    """Browsers write each 4xx on their console: what a page is refused is a page like any other."""
    if response.status_code in REFUSALS and request.headers.get("Sec-Fetch-Dest") in PAGES:
        response.headers[REFUSED] = str(response.status_code)
        response.status_code = 200
    return response


def _refused(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()  # a redirect that werkzeug raises
    return page(error.code)


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    if current_user.is_authenticated or request.path.startswith("/v/"):
        title = _("화면이 오래되어 저장하지 못했습니다")
        advice = _("이전 화면으로 돌아가 새로 고친 뒤 다시 저장해 주십시오.")
    elif request.path.startswith("/calls") and _locks_up():
        title = _("로그인이 끝나 저장하지 못했습니다")
        advice = _("같은 아이디로 다시 로그인하시면, 전화 접수에서 쓰시던 내용을 이어서 쓰실 수 있습니다.")
    else:
        title = _("로그인이 끝나 저장하지 못했습니다")
        advice = _("이전 화면으로 돌아가 적은 내용을 옮겨 적어 두고, 다시 로그인해 주십시오.")
    return render_template("errors/page.html", title=title, advice=advice, code=400), 400


def _locks_up() -> bool:
    """Whether browsers keep an unfinished call under lock (draft.js): by https, or on this very machine."""
    return request.is_secure or request.host.partition(":")[0] in ("localhost", "127.0.0.1")


def _broken(error: Exception) -> ResponseReturnValue:
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("%s at %s", type(error).__name__, _where(error))
    return page(500)


def _where(error: Exception) -> str:
    """File and line only: messages of database errors carry what people typed."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
