"""What is typed about a household."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heli.grids.commands import EDITABLE, facts_of
from heli.grids.models import HouseholdRow
from heli.kernel.lib.fields import DayField, NamesField, NumberField
from heli.kernel.web.submit import RowForm
from heli.orgs.models import Unit

_LONG = re.compile(r"\d{10}")
LET = (("", _("不知道")), ("yes", _("出租")), ("no", _("不出租")))
_LET = {"yes": True, "no": False}
_TYPED: dict[bool | None, str] = {True: "yes", False: "no"}
REQUIRED = forms.Field.default_error_messages["required"]

WHY_EMPTY = (
    ("空房", _("空房")),
    ("全家外迁", _("全家外迁")),
    ("已拆", _("已拆")),
    ("无人居住", _("无人居住")),
)
"""Why nobody needs to be linked: the word itself stands in the village's tables."""


class FindMemberForm(forms.Form):
    """The house whose member is asked for, and the village it is in."""

    address = forms.CharField(
        label=_("路名和门牌号"), max_length=120, help_text=_("例如：上宅弄12-2号"), strip=True
    )
    field_order = ("village", "address")

    def __init__(self, villages: QuerySet[Unit], data: Mapping[str, object] | None = None) -> None:
        super().__init__(data)
        self.fields["village"] = forms.ModelChoiceField(
            label=_("哪个村"), queryset=villages, empty_label=_("请选择")
        )
        self.order_fields(self.field_order)


class NewHouseholdForm(forms.Form):
    """A household that moves in."""

    address = forms.CharField(label=_("门牌号"), max_length=120, help_text=_("例如：上宅弄12-2号"))
    head = forms.CharField(label=_("户主"), max_length=80, required=False)
    group = forms.CharField(label=_("组"), max_length=40, required=False)
    people = NumberField(label=_("几口人"), required=False, min_value=0, max_value=9999)
    let = forms.ChoiceField(label=_("是否出租"), choices=LET, required=False)
    tenants = NumberField(label=_("租客几人"), required=False, min_value=0, max_value=9999)
    remark = forms.CharField(label=_("备注"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_address(self) -> str:
        """A house number that a house may have."""
        address = str(self.cleaned_data["address"])
        if _LONG.search(address):
            raise forms.ValidationError(_("门牌号里的数字太长，请核对。"), "long")
        return address

    @property
    def facts(self) -> dict[str, object]:
        """What was typed, as the household keeps it."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        said["let"] = _LET.get(said["let"])
        said["remark"] = said["remark"].replace("\r\n", "\n")
        return said


class AboutHousehold(RowForm):
    """A form made from what is known of a household."""

    def __init__(
        self, household: HouseholdRow, data: Mapping[str, object] | None = None, **initial: object
    ) -> None:
        super().__init__(facts_of(household), data, initial)

    def shown(self, value: object) -> str:
        """A fact in words."""
        if isinstance(value, bool):
            return str(dict(LET)["yes" if value else "no"])
        return "、".join(map(str, value)) if isinstance(value, list) else super().shown(value)


class HouseholdForm(NewHouseholdForm, AboutHousehold):
    """A household, changed by hand."""

    field_order = EDITABLE
    no_link = forms.CharField(
        label=_("不用联系的原因"), max_length=120, required=False, help_text=_("要有人联系就空着。")
    )
    kin = NamesField(label=_("亲属（网格员姓名）"), required=False)
    wishes = NamesField(label=_("愿意由谁联系"), required=False, help_text=_("网格员姓名，中间用顿号。"))
    refused = NamesField(label=_("不愿由谁联系"), required=False, help_text=_("有别的排法就不由这几位联系。"))

    def __init__(self, household: HouseholdRow, data: Mapping[str, object] | None = None) -> None:
        super().__init__(household, data, let=_TYPED.get(household.let, ""))


class SplitForm(AboutHousehold):
    """The part of a household that becomes its own."""

    fields_of: ClassVar = {"people": "stay"}
    head = forms.CharField(label=_("新户的户主"), max_length=80)
    people = NumberField(label=_("新户几口人"), required=False, min_value=0, max_value=9999)
    stay = NumberField(label=_("原来的户还剩几口人"), required=False, min_value=0, max_value=9999)

    def __init__(self, household: HouseholdRow, data: Mapping[str, object] | None = None) -> None:
        super().__init__(household, data, head="", people=None)

    @property
    def facts(self) -> dict[str, object]:
        """What changes of the household that is there."""
        return {"people": self.cleaned_data["stay"]}


class LetForm(AboutHousehold):
    """Whether a house is let, and to how many."""

    let = forms.ChoiceField(label=_("是否出租"), choices=LET[1:], widget=forms.RadioSelect)
    tenants = NumberField(
        label=_("租客几人"), required=False, min_value=0, max_value=9999, help_text=_("只记人数，不记姓名。")
    )

    def __init__(self, household: HouseholdRow, data: Mapping[str, object] | None = None) -> None:
        super().__init__(household, data, let=_TYPED.get(household.let, ""))

    @property
    def facts(self) -> dict[str, object]:
        """What was typed, as the household keeps it."""
        return {"let": _LET[self.cleaned_data["let"]], "tenants": self.cleaned_data["tenants"]}


class EmptyForm(AboutHousehold):
    """Why nobody needs to be linked to the house; the button ``again``: somebody lives there again."""

    fields_of: ClassVar = {"no_link": "why"}
    why = forms.ChoiceField(label=_("原因"), choices=WHY_EMPTY, required=False)
    again = forms.BooleanField(required=False)

    def clean(self) -> dict[str, object]:
        """One of the two."""
        said = super().clean() or {}
        if not said.get("why") and not said.get("again") and "why" not in self.errors:
            self.add_error("why", REQUIRED)
        return said

    @property
    def facts(self) -> dict[str, object]:
        """What was typed, as the household keeps it."""
        return {"no_link": "" if self.cleaned_data["again"] else self.cleaned_data["why"]}


class GoneForm(AboutHousehold):
    """The first day on which the household is no longer in the village; ``back``: that was a mistake."""

    fields_of: ClassVar = {"gone_on": "day"}
    day = DayField(label=_("从哪一天起不在村里"), required=False)
    back = forms.BooleanField(required=False)

    def __init__(
        self,
        household: HouseholdRow,
        data: Mapping[str, object] | None = None,
        today: datetime.date | None = None,
    ) -> None:
        super().__init__(household, data, day=household.gone_on or today)

    def clean(self) -> dict[str, object]:
        """One of the two."""
        said = super().clean() or {}
        if not said.get("day") and not said.get("back") and "day" not in self.errors:
            self.add_error("day", REQUIRED)
        return said

    @property
    def first_day(self) -> datetime.date | None:
        """The day; none when it was a mistake."""
        day: datetime.date | None = self.cleaned_data["day"]
        return None if self.cleaned_data["back"] else day

    @property
    def facts(self) -> dict[str, object]:
        """What was typed, as the household keeps it."""
        return {"gone_on": self.first_day}
