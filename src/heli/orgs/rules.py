"""What roles are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from heli.kernel.access.roles import Role

ROLE_NAMES = {
    Role.ADMIN: _("系统管理员"),
    Role.LINE: _("条线干部"),
    Role.UNIT: _("村（企）负责人"),
    Role.HEAD: _("网格长"),
    Role.LEADER: _("组长"),
    Role.AUDITOR: _("审计员"),
}
"""The roles an account can hold, as people call them. A grid member needs no account."""
