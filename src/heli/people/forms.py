"""What is typed about a member."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heli.kernel.lib.fields import DayField, NamesField, NumberField
from heli.kernel.web.submit import EndForm, RowForm
from heli.people.commands import facts_of, phone_facts
from heli.people.models import MemberRow
from heli.people.queries.members import WHY_AWAY
from heli.people.rules import availability_from_json, availability_words

PERIODS = (
    ("early", pgettext_lazy("time of day", "早")),
    ("day", pgettext_lazy("time of day", "中")),
    ("late", pgettext_lazy("time of day", "晚")),
)
DAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
TIMES = [
    (f"{day}-{code}", format_lazy("{} {}", name, word))
    for day, name in enumerate(DAYS, 1)
    for code, word in PERIODS
]

SEATS = (
    ("duty", pgettext_lazy("seat kind", "义务")),
    ("volunteer", pgettext_lazy("seat kind", "志愿")),
    ("paid", pgettext_lazy("seat kind", "有偿")),
)


class NewMemberForm(forms.Form):
    """A grid member, with all facts of the book but the phone."""

    name = forms.CharField(label=_("姓名"), max_length=80)
    home = forms.CharField(label=_("住址"), max_length=120, required=False, help_text=_("例如：上宅弄12号"))
    force = forms.CharField(label=_("队伍"), max_length=40, required=False)
    group = forms.CharField(label=_("组"), max_length=40, required=False)
    born = NumberField(label=_("出生年份"), required=False, min_value=1900, max_value=2100)
    occupation = forms.CharField(label=_("平时做什么"), max_length=80, required=False)
    leader = forms.BooleanField(label=_("可以当组长"), required=False)
    exempt = forms.CharField(
        label=_("免的原因"),
        max_length=120,
        required=False,
        help_text=_("写了就不排；只免值班写“免值班”，只免联系写“免联系”。不写就照常排。"),
    )
    seats = forms.MultipleChoiceField(
        label=_("可以站哪种班"),
        choices=SEATS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不勾就按义务排。"),
    )
    kin = NamesField(label=_("亲属"), required=False, help_text=_("户主姓名或门牌号，中间用顿号。"))
    wishes = NamesField(label=_("愿联系的户"), required=False, help_text=_("户主姓名或门牌号，中间用顿号。"))
    refused = NamesField(
        label=_("不愿联系的户"),
        required=False,
        help_text=_("户主姓名或门牌号，中间用顿号。有别的排法就不排在一起。"),
    )
    partners = NamesField(label=_("想同班的人"), required=False)
    apart = NamesField(label=_("不愿同班的人"), required=False)
    busy = forms.MultipleChoiceField(
        label=_("哪些时候不能值班"), choices=TIMES, required=False, widget=forms.CheckboxSelectMultiple
    )
    busy_dates = NamesField(label=_("每月哪几天不行"), required=False, help_text=_("例如：5、15、25"))
    remark = forms.CharField(label=_("备注"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    today = datetime.date.max
    kept: Mapping[str, object] = {}
    """What they can and cannot, as it is kept."""

    def clean_born(self) -> int | None:
        """Not in the future."""
        born: int | None = self.cleaned_data["born"]
        if born is not None and born > self.today.year:
            raise forms.ValidationError(_("出生年份在今年以后，请改一下。"))
        return born

    def clean_busy_dates(self) -> list[int]:
        """Days of the month."""
        dates = self.cleaned_data["busy_dates"]
        if not all(str(day).isdecimal() and 1 <= int(day) <= 31 for day in dates):
            raise forms.ValidationError(_("请写 1 到 31 的数字，中间用顿号。"))
        return [int(day) for day in dates]

    @property
    def facts(self) -> dict[str, object]:
        """What was typed, as the member keeps it; what was wished and not understood stays."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        busy = [[int(day), period] for day, period in (time.split("-") for time in said.pop("busy"))]
        when = {
            **self.kept,
            "busy": sorted(busy),
            "busy_dates": sorted(said.pop("busy_dates")),
        }
        said["availability"] = {name: rows for name, rows in when.items() if rows}
        said["seats"] = sorted(said["seats"])
        said["remark"] = said["remark"].replace("\r\n", "\n")
        return said

    @property
    def grid(self) -> list[tuple[str, list[BoundWidget]]]:
        """The boxes of the times, a line a weekday."""
        boxes = list(self["busy"])
        return [(str(name), boxes[3 * at : 3 * at + 3]) for at, name in enumerate(DAYS)]


class MemberForm(NewMemberForm, RowForm):
    """A member, changed by hand."""

    fields_of: ClassVar = {"availability": "busy"}

    def __init__(
        self, member: MemberRow, today: datetime.date, data: Mapping[str, object] | None = None
    ) -> None:
        when = member.availability
        busy = [f"{day}-{period}" for day, period in when.get("busy", ())]
        super().__init__(facts_of(member), data, {"busy": busy, "busy_dates": when.get("busy_dates", [])})
        self.kept, self.today = when, today

    def shown(self, value: object) -> str:
        """A fact in words."""
        if isinstance(value, dict):
            return availability_words(availability_from_json(value))
        return "、".join(map(str, value)) if isinstance(value, list) else str(value or "")


class PhoneForm(RowForm):
    """A member's phone number; the one that is kept is not shown."""

    number = forms.RegexField(
        r"^\+?[0-9][0-9 -]{6,18}$",
        label=_("手机号"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("现在的号码不显示。没有手机了就空着，存下以后个人链接也不能用了。"),
        error_messages={"invalid": _("请写数字，中间可以有空格或横线。")},
    )

    def __init__(self, member: MemberRow, data: Mapping[str, object] | None = None) -> None:
        super().__init__(phone_facts(member), data, {"number": ""})

    def clean_number(self) -> str:
        """Digits alone."""
        return re.sub(r"[^0-9+]", "", self.cleaned_data["number"])

    def shown(self, _value: object) -> str:
        """Never a number."""
        return "•••"


class LeaveForm(EndForm):
    """The first day on which a member no longer serves; ``back``: that was a mistake."""

    fields_of: ClassVar = {"left_on": "day"}
    day = DayField(label=_("从哪一天起不再参加"), required=False)

    def __init__(
        self, member: MemberRow, today: datetime.date, data: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(facts_of(member), data, {"day": member.left_on or today})


class AbsenceForm(RowForm):
    """From when to when a member cannot, and why."""

    def __init__(
        self, member: MemberRow, today: datetime.date, data: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(facts_of(member), data, {"since": today})

    since = DayField(label=_("第一天"))
    last = DayField(label=_("最后一天"), required=False, help_text=_("还不知道就空着。"))
    why = forms.ChoiceField(label=_("原因"), choices=[*WHY_AWAY.items()])
