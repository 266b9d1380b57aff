"""The forms of sign-in and of the users' page."""

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, EqualTo, Length, Regexp

from handyman.accounts.passwords import LEAST_LENGTH
from handyman.accounts.users import LOGIN, LONGEST_NAME
from handyman.models import Role

ROLES = [
    (Role.OPERATOR.value, _l("상담원")),
    (Role.COORDINATOR.value, _l("운영자")),
    (Role.ADMINISTRATOR.value, _l("관리자")),
]
LONG_ENOUGH = Length(min=LEAST_LENGTH, max=200, message=_l("비밀번호는 %(min)d자 이상으로 정해 주십시오."))


class OfficeForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """Reads typed fields only: no JSON, no files, and no null bytes, which PostgreSQL refuses."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def wrap_formdata(self, _form: FlaskForm, _formdata: object) -> MultiDict[str, str] | None:
            if request.method != "POST":
                return None
            typed = request.form.items(multi=True)
            return MultiDict([(name, text.replace("\0", "")) for name, text in typed])


class SignInForm(OfficeForm):
    login = StringField(validators=[DataRequired(_l("아이디를 입력해 주십시오.")), Length(max=40)])
    password = PasswordField(validators=[DataRequired(_l("비밀번호를 입력해 주십시오.")), Length(max=200)])


class NewUserForm(OfficeForm):
    login = StringField(
        validators=[
            DataRequired(_l("아이디를 입력해 주십시오.")),
            Regexp(f"^{LOGIN}$", message=_l("아이디는 영문자와 숫자 3자에서 40자로 정해 주십시오.")),
        ]
    )
    name = StringField(
        validators=[
            DataRequired(_l("이름을 입력해 주십시오.")),
            Length(max=LONGEST_NAME, message=_l("이름은 60자까지입니다.")),
        ]
    )
    role = SelectField(
        choices=[SelectChoice(*role) for role in ROLES],
        validators=[DataRequired(_l("역할을 골라 주십시오."))],
    )
    password = PasswordField(validators=[DataRequired(_l("비밀번호를 입력해 주십시오.")), LONG_ENOUGH])


class ChangeUserForm(OfficeForm):
    role = SelectField(
        choices=[SelectChoice(*role) for role in ROLES],
        validators=[DataRequired(_l("역할을 골라 주십시오."))],
    )
    active = SelectField(choices=[SelectChoice("yes", _l("사용")), SelectChoice("no", _l("사용 중지"))])
    seen = HiddenField()


class PasswordForm(OfficeForm):
    present = PasswordField(validators=[DataRequired(_l("지금 비밀번호를 입력해 주십시오."))])
    password = PasswordField(validators=[DataRequired(_l("새 비밀번호를 입력해 주십시오.")), LONG_ENOUGH])
    again = PasswordField(validators=[EqualTo("password", _l("새 비밀번호를 똑같이 두 번 입력해 주십시오."))])


def problems(form: FlaskForm) -> dict[str, str]:
    """The first sentence for each field that was refused."""
    return {name: str(sentences[0]) for name, sentences in form.errors.items() if name and sentences}
