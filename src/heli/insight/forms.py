"""What is typed on the pages of insight."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.fields import NumberField
from heli.orgs.models import Unit
from heli.orgs.queries import firm_named


class CountForm(forms.Form):
    """How many people from outside live at an address and who employs them. No names.

    ``seen`` is the count the form was made from; empty for an address that was not counted before.
    """

    address = forms.CharField(label=_("住址"), max_length=120, help_text=_("门牌号，或哪家企业的宿舍。"))
    employer = forms.CharField(
        label=_("在哪家企业上班"),
        max_length=80,
        required=False,
        help_text=_("照企业名单上的全名写；不知道就空着。"),
    )
    people = NumberField(
        label=_("住了几个人"),
        min_value=0,
        max_value=99_999,
        help_text=_("只记人数，不记姓名。0：已经没有人住。"),
    )
    seen = NumberField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        village: Unit,
        data: Mapping[str, object] | None = None,
        initial: dict[str, object] | None = None,
        *,
        again: bool = False,
    ) -> None:
        """``again``: address and employer stand, only the count changes."""
        super().__init__(data, initial=initial)
        self.village = village
        self.fields["address"].disabled = self.fields["employer"].disabled = again

    def see(self, now: int) -> None:
        """From here on the form is made from this count (0: none)."""
        self.data = {**dict(self.data.items()), "seen": str(now or "")}

    def clean_employer(self) -> Unit | None:
        """The firm of that name; none when nothing was typed."""
        name: str = self.cleaned_data["employer"]
        firm = firm_named(name, self.village) if name else None
        if name and firm is None:
            raise forms.ValidationError(
                _("企业名单里没有“%(name)s”。请照名单上的全名写，或空着。"), params={"name": name}
            )
        return firm
