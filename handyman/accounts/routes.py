"""Sign-in, the language switch, one's own password, and the users' page."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from handyman import sign_outs
from handyman.accounts import users as actions
from handyman.accounts.forms import ROLES, ChangeUserForm, NewUserForm, PasswordForm, SignInForm, problems
from handyman.accounts.guard import ADMINISTRATORS, OFFICE, actor, needs, public, stay_signed_in
from handyman.extensions import limiter, now, settings
from handyman.meanwhile import who_changed
from handyman.models import Role, User

bp = Blueprint("accounts", __name__)


def _limit() -> str:
    return settings().login_limit


def _typed_login() -> str:
    """As the form reads it, so that one login written in many ways is one login."""
    return request.form.get("login", "").replace("\0", "").strip()


def _login_tried() -> str:
    return f"login:{_typed_login().lower()[:40]}"


def _was_refused(answer: Response) -> bool:
    """A whole office behind one address may sign in; only wrong tries count."""
    return answer.status_code != 303


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect("/", 303)
    return _sign_in_page({}, 200)


@bp.post("/sign-in")
@limiter.limit(_limit, deduct_when=_was_refused)
@limiter.limit(_limit, key_func=_login_tried, deduct_when=_was_refused)
@public
def submit_sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(problems(form), 422)
    user = actions.let_in(_typed_login(), form.password.data or "", now())
    if user is None:
        return _sign_in_page({"login": _("아이디나 비밀번호가 맞지 않습니다. 다시 입력해 주십시오.")}, 422)
    language = session.get("language")
    session.clear()
    session.permanent = True
    if language:
        session["language"] = language
    login_user(user)
    stay_signed_in()
    return redirect(_inside(request.form.get("next", "")), 303)


def _sign_in_page(found: dict[str, str], status: int) -> ResponseReturnValue:
    login = request.form.get("login", "")
    target = request.values.get("next", "")
    return render_template("accounts/sign_in.html", problems=found, login=login, next=target), status


def _inside(target: str) -> str:
    """Only a path of our own is gone to after signing in."""
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours and target.isprintable() else "/"


@bp.post("/sign-out")
@needs(OFFICE)
def sign_out() -> ResponseReturnValue:
    sign_outs.end(current_user.get_id(), now())
    logout_user()
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    answer = redirect(url_for("accounts.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'  # Back must not show the next person what was read here
    return answer


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    wanted = request.form.get("language", "")
    if wanted in ("ko", "en"):
        session["language"] = wanted
    return redirect(_inside(request.form.get("back", "")), 303)


@bp.get("/account")
@needs(OFFICE)
def own() -> ResponseReturnValue:
    return render_template("accounts/own.html", problems={})


@bp.post("/account")
@limiter.limit(_limit, deduct_when=_was_refused)
@needs(OFFICE)
def change_own_password() -> ResponseReturnValue:
    form = PasswordForm()
    form.validate_on_submit()
    found = problems(form)
    if not found and not actions.knows_password(current_user.id, form.present.data or ""):
        found = {"present": _("지금 비밀번호가 맞지 않습니다.")}
    if found:
        return render_template("accounts/own.html", problems=found), 422
    user = actions.set_password(current_user.id, form.password.data or "", actor(), now())
    login_user(user)
    flash(_("비밀번호를 바꾸었습니다."), "success")
    return redirect(url_for("accounts.own"), 303)


@bp.get("/users")
@needs(ADMINISTRATORS)
def users() -> ResponseReturnValue:
    return _users_page({}, {}, 200)


@bp.post("/users")
@needs(ADMINISTRATORS)
def add_user() -> ResponseReturnValue:
    form = NewUserForm()
    if not form.validate_on_submit():
        return _users_page(problems(form), form.data, 422)
    new = actions.NewUser(
        login=form.login.data or "",
        name=(form.name.data or "").strip(),
        role=Role(form.role.data),
        password=form.password.data or "",
    )
    try:
        actions.add(new, actor(), now())
    except actions.LoginTakenError:
        taken = _("이미 쓰고 있는 아이디입니다. 다른 아이디를 정해 주십시오.")
        return _users_page({"login": taken}, form.data, 422)
    flash(_("%(name)s 님을 사용자로 추가했습니다.", name=new.name), "success")
    return redirect(url_for("accounts.users"), 303)


@bp.post("/users/<int(max=2147483647):user_id>")
@needs(ADMINISTRATORS)
def change_user(user_id: int) -> ResponseReturnValue:
    form = ChangeUserForm()
    if not form.validate_on_submit():
        return _users_page({f"role-{user_id}": next(iter(problems(form).values()))}, {}, 422)
    try:
        user = actions.change(
            user_id,
            Role(form.role.data),
            form.active.data == "yes",
            actor(),
            now(),
            seen_by=form.seen.data or "",
        )
    except actions.LastAdministratorError:
        sentence = _("마지막 관리자입니다. 먼저 다른 관리자를 추가해 주십시오.")
        return _users_page({f"role-{user_id}": sentence}, {}, 422)
    except actions.ChangedMeanwhileError:
        told = _("지금의 역할과 사용 여부를 살펴보고 다시 바꾸어 주십시오.")
        sentence = f"{who_changed({User.__tablename__: [user_id]})} {told}"
        return _users_page({f"role-{user_id}": sentence}, {}, 409)
    if user is None:
        abort(404)
    flash(_("%(name)s 님의 권한을 바꾸었습니다.", name=user.name), "success")
    return redirect(url_for("accounts.users"), 303)


def _users_page(found: dict[str, str], typed: dict[str, Any], status: int) -> ResponseReturnValue:
    everybody = actions.everybody()
    page = render_template(
        "accounts/users.html", users=everybody, roles=ROLES, problems=found, typed=typed, seen=actions.seen
    )
    return page, status
