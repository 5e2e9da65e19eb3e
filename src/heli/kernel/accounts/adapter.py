"""How allauth is used: staff accounts are made by an admin, nobody signs up; refusals in our words."""

from __future__ import annotations

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heli.kernel.accounts.commands import count_failure, locked_out


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """No open sign-up."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账号已经停用。请找管理员。"),
        "enter_current_password": _("现在的密码不对，请再输一次。"),
        "incorrect_password": _("密码不对，请再输一次。"),
        "too_many_login_attempts": _("错的次数太多，先锁住了。请等5分钟再试；忘了密码请找管理员重设。"),
        "username_password_mismatch": _("用户名或密码不对，请再输一次。错5次要等5分钟。"),
        "rate_limited": _("错的次数太多，先锁住了。请等5分钟再试。"),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Refuse when too often a wrong password came for this name from this address."""
        if locked_out(str(credentials.get("username", "")), self.get_client_ip(request), timezone.now()):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        """Count a wrong password."""
        super().authentication_failed(request, **credentials)
        count_failure(str(credentials.get("username", "")), self.get_client_ip(request), timezone.now())

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Never."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - as above
        """Back to one's own account."""
        return reverse("mfa_index")


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]
    """The second step of signing in."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("现在不能关掉两步登录。"),
        "cannot_generate_recovery_codes": _("先设好两步登录，才有备用码。"),
        "incorrect_code": _("验证码不对。请看验证器上现在的数字，再输一次。"),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """“Passkey 2”: the kind and how many there are already."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("通行密钥 %(number)s") % {"number": number}
