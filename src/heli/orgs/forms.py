"""What is typed about an account."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Role, Verb
from heli.kernel.lib.text import clean
from heli.orgs.access import givable
from heli.orgs.models import Unit
from heli.orgs.rules import ROLE_NAMES


class UnitSelect(forms.Select):
    """A list of units, drawn at once: a zone has more than a thousand firms."""

    template_name = "orgs/units.html"


class RoleForm(forms.Form):
    """A role and where it holds: roles that the actor may give, and units in which they may give roles."""

    def __init__(
        self,
        actor: Actor,
        data: Mapping[str, object] | None = None,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        choices = [(role.value, ROLE_NAMES[role]) for role in givable(actor) if role in ROLE_NAMES]
        units = Unit.objects.visible_to(actor, Verb.GRANT).order_by("path")
        self.fields["role"] = forms.ChoiceField(label=_("角色"), choices=choices)
        self.fields["unit"] = forms.ModelChoiceField(
            units, label=_("在哪里"), empty_label=None, widget=UnitSelect
        )

    def clean_role(self) -> Role:
        """The role itself."""
        return Role(self.cleaned_data["role"])


class ChangeRoleForm(RoleForm):
    """Another role for an account; ``seen`` is the hash of the one that the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class AccountForm(RoleForm):
    """A new account."""

    name = forms.CharField(label=_("姓名"), max_length=80)
    username = forms.RegexField(
        r"^[a-z0-9._-]{3,30}$",
        label=_("用户名"),
        help_text=_("登录时用：3到30个小写字母或数字，例如 zhangli。"),
        error_messages={"invalid": _("只用小写字母、数字、点和横线，3到30个。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def clean_name(self) -> str:
        """Without stray spaces."""
        return clean(self.cleaned_data["name"])
