"""What is typed about a household."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.grids.commands import facts_of
from heli.grids.models import HouseholdRow
from heli.kernel.lib.fields import DayInput, NamesField
from heli.kernel.lib.stale import fingerprint

LET = (("", _("不知道")), ("yes", _("出租")), ("no", _("不出租")))
_LET = {"yes": True, "no": False}

WHY_EMPTY = (
    ("空房", _("空房")),
    ("全家外迁", _("全家外迁")),
    ("已拆", _("已拆")),
    ("无人居住", _("无人居住")),
)
"""Why nobody needs to be linked: the word itself stands in the village's tables."""


class NewHouseholdForm(forms.Form):
    """A household that moves in."""

    address = forms.CharField(label=_("门牌号"), max_length=120, help_text=_("例如：上宅弄12-2号"))
    head = forms.CharField(label=_("户主"), max_length=80, required=False)
    group = forms.CharField(label=_("组"), max_length=40, required=False)
    people = forms.IntegerField(label=_("几口人"), required=False, min_value=0, max_value=9999)
    let = forms.ChoiceField(label=_("是否出租"), choices=LET, required=False)
    tenants = forms.IntegerField(label=_("租客几人"), required=False, min_value=0, max_value=9999)
    remark = forms.CharField(label=_("备注"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, as the household keeps it."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        said["let"] = _LET.get(said["let"])
        said["remark"] = said["remark"].replace("\r\n", "\n")
        return said


class HouseholdForm(NewHouseholdForm):
    """A household, changed by hand. ``seen`` is the print of what the form was made from."""

    seen = forms.CharField(widget=forms.HiddenInput)
    no_link = forms.CharField(
        label=_("不用联系的原因"), max_length=120, required=False, help_text=_("要有人联系就空着。")
    )
    kin = NamesField(label=_("亲属（网格员姓名）"), required=False)
    wishes = NamesField(label=_("愿意由谁联系"), required=False, help_text=_("网格员姓名，中间用顿号。"))

    def __init__(self, household: HouseholdRow, data: Any = None) -> None:
        self.now = facts_of(household)
        let = {True: "yes", False: "no"}.get(self.now["let"], "")
        super().__init__(data, initial={**self.now, "let": let, "seen": fingerprint(self.now)})

    def differences(self) -> list[tuple[str, str, str]]:
        """(label, as it is now, as typed) where the two are not the same: for a second person."""
        return [
            (str(self.fields[name].label), _shown(self.now[name]), _shown(value))
            for name, value in self.facts.items()
            if value != self.now[name]
        ]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(dict(LET)["yes" if value else "no"])
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else str(value)


class SplitForm(forms.Form):
    """The part of a household that becomes its own."""

    head = forms.CharField(label=_("新户的户主"), max_length=80)
    people = forms.IntegerField(label=_("新户几口人"), required=False, min_value=0, max_value=9999)
    stay = forms.IntegerField(label=_("原来的户还剩几口人"), required=False, min_value=0, max_value=9999)


class LetForm(forms.Form):
    """Whether a house is let, and to how many."""

    let = forms.ChoiceField(label=_("是否出租"), choices=LET[1:], widget=forms.RadioSelect)
    tenants = forms.IntegerField(
        label=_("租客几人"), required=False, min_value=0, max_value=9999, help_text=_("只记人数，不记姓名。")
    )


class EmptyForm(forms.Form):
    """Why nobody needs to be linked to the house."""

    why = forms.ChoiceField(label=_("原因"), choices=WHY_EMPTY)


class GoneForm(forms.Form):
    """The first day on which the household is no longer in the village."""

    day = forms.DateField(label=_("从哪一天起不在村里"), widget=DayInput())
