"""The settings that there are. A further one is a ``Setting`` here and ``value_of`` where it is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting. ``default`` is what holds while the district has said nothing."""

    name: str
    label: Promise
    help: Promise
    default: Callable[[], str]


COMPLAINTS = Setting(
    "complaints",
    _("意见和投诉找谁"),
    _("部门、电话、地址，写给所有人看的。空着：用通常的说法。"),
    lambda: settings.COMPLAINTS_TEXT,
)

TELEPHONE = Setting(
    "telephone",
    _("服务电话"),
    _("写在没有账号的人看的首页上，比如：村服务台 0570-1234567，8点到17点。空着：不写。"),
    lambda: "",
)

SETTINGS = {one.name: one for one in (COMPLAINTS, TELEPHONE)}
