"""allauth's forms with our words: one label a field, no text inside the box that goes away when typing."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


def _say(form: forms.Form, words: Mapping[str, object], helps: Mapping[str, object] | None = None) -> None:
    for name, label in words.items():
        field = form.fields[name]
        field.label = str(label)
        field.help_text = str((helps or {}).get(name, ""))
        field.widget.attrs.pop("placeholder", None)


class SignIn(LoginForm):  # type: ignore[misc]
    """User name and password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, {"login": _("用户名"), "password": _("密码")})


class NewPassword(ChangePasswordForm):  # type: ignore[misc]
    """The password until now, and the new one twice."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        words = {"oldpassword": _("现在的密码"), "password1": _("新密码"), "password2": _("再输一次新密码")}
        _say(self, words, {"password1": _("至少8个字符，不要全是数字，也不要用太常见的密码。")})


class PasswordAgain(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, {"password": _("密码")})


class Code(AuthenticateForm):  # type: ignore[misc]
    """The second step: six digits of the phone's app, or a recovery code."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, {"code": _("验证码")}, {"code": _("手机验证器上的6位数字，或一个备用码。")})


class CodeAgain(ReauthenticateCodeForm):  # type: ignore[misc]
    """The code once more, before something that matters."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, {"code": _("验证码")}, {"code": _("手机验证器上的6位数字，或一个备用码。")})


class FirstCode(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a phone's app, which shows that it is set up."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, {"code": _("验证码")}, {"code": _("验证器上现在显示的6位数字。")})

    def clean_code(self) -> str:
        """The code, which is used from now on: it must not open the second step as well."""
        code: str = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey or security key, with a name to know it by."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        words = {"name": _("给它起个名字"), "passwordless": _("以后只用它登录，不用输密码")}
        helps = {
            "name": _("例如：办公室的电脑。"),
            "passwordless": _("要求设备有指纹、人脸或PIN码。"),
        }
        _say(self, words, helps)


class NamePasskey(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _say(self, {"name": _("名字")})
