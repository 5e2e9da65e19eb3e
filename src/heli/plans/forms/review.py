"""What is asked of a plan, and changes of it by hand."""

from __future__ import annotations

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.fields import NumberField
from heli.plans.rules import Options

MODES = (
    ("groups", _("分组：七个组，每天一组，每周一样")),
    ("rotation", _("轮流：值得少的人先排，可以排几周")),
    ("relay", _("接力：居民值早班，干部值白天，上班的人值晚班")),
)


class OptionsForm(forms.Form):
    """What is asked of a plan; empty fields are right for nearly everybody."""

    low = NumberField(
        label=_("每人至少几户"),
        required=False,
        min_value=0,
        max_value=500,
        help_text=_("不填就是 5 户；户少时自动放低。"),
    )
    high = NumberField(
        label=_("每人最多几户"),
        required=False,
        min_value=1,
        max_value=500,
        help_text=_("不填就是 6 户；户多时自动放宽，并写明。"),
    )
    mode = forms.ChoiceField(label=_("值班怎么排"), choices=MODES, widget=forms.RadioSelect, initial="groups")
    weeks = NumberField(
        label=_("排几周"), initial=1, min_value=1, max_value=12, help_text=_("分组的表每周一样，填 1。")
    )
    exempt_age = NumberField(
        label=_("满几岁不排"),
        required=False,
        min_value=50,
        max_value=120,
        help_text=_("不填就只按名单里写明的免。填 70，满 70 岁的就不联户也不值班，理由公开。"),
    )

    def clean(self) -> dict[str, object]:
        """At least is not above at most."""
        given = super().clean() or {}
        low, high = given.get("low"), given.get("high")
        if low is not None and high is not None and low > high:
            self.add_error("low", _("“至少”不能多于“最多”。"))
        return given

    def options(self, date: datetime.date) -> Options:
        """The options of a plan made on that day."""
        given = self.cleaned_data
        weeks = 1 if given["mode"] == "groups" else given["weeks"]
        return Options(**{**given, "date": date, "weeks": weeks})


class AgainForm(forms.Form):
    """How to plan again from a plan."""

    keep = forms.ChoiceField(
        label=_("没有定住的怎么办"),
        choices=(
            ("keep", _("尽量不动，只改非改不可的")),
            ("fresh", _("都可以动，重新找最好的排法")),
        ),
        widget=forms.RadioSelect,
        initial="keep",
    )


class ChangeForm(forms.Form):
    """A change by hand: from which version of the plan, and to whom or with which turn."""

    version = NumberField(min_value=0)
    member = forms.UUIDField(required=False)
    other = forms.UUIDField(required=False)
    empty = forms.BooleanField(required=False)


class PinForm(forms.Form):
    """What to pin or let go: a household, a turn, or all that a member has."""

    version = NumberField(min_value=0)
    pinned = forms.BooleanField(required=False)
    household = forms.UUIDField(required=False)
    seat = forms.UUIDField(required=False)
    member = forms.UUIDField(required=False)
