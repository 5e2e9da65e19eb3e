"""From when on tables hold."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.fields import DayField, NumberField
from heli.kernel.lib.text import without_private
from heli.plans.models import Run
from heli.plans.queries.differences import first_day
from heli.plans.queries.publications import InForce, contact_of


class PublishForm(forms.Form):
    """From when on the two tables hold.

    ``version`` is that of the plan that was looked at, ``replaces`` names the tables that were in force then.
    ``contact`` is whom to ask: it stands on every sheet.
    """

    version = NumberField(widget=forms.HiddenInput)
    replaces = forms.CharField(widget=forms.HiddenInput, required=False)
    links_since = DayField(label=_("网格划分表从哪天起"))
    roster_since = DayField(label=_("值班表从哪个周一起"), help_text=_("值班表总是从周一开始。"))
    contact = forms.CharField(
        label=_("有变动找谁"),
        required=False,
        max_length=60,
        help_text=_("印在每张表上，例如“村妇联 林主任”。不要写电话。"),
    )

    def clean_contact(self) -> str:
        """A name or an office, no telephone number: the tables go from hand to hand."""
        contact = str(self.cleaned_data["contact"])
        if without_private(contact) != contact:
            raise forms.ValidationError(_("这里不能写电话：表会传来传去。请只写名字或部门。"))
        return contact


class RelinkForm(forms.Form):
    """The day on which the new tables are to be true."""

    day = DayField(label=_("从哪天起算"))


class DayForm(forms.Form):
    """A day to ask about, and a house number or a head's name."""

    date = DayField(label=_("哪一天"))
    q = forms.CharField(label=_("门牌号或户主"), required=False, max_length=80)


class ChosenForm(forms.Form):
    """The member who is to have a household."""

    member = forms.UUIDField()


def next_monday(day: datetime.date) -> datetime.date:
    """The first Monday after ``day``."""
    return day + datetime.timedelta(days=7 - day.weekday())


def publish_form(
    run: Run, now: InForce, today: datetime.date, data: Mapping[str, object] | None = None
) -> PublishForm:
    """The form that puts a draft in force; ``now`` is what the page shows as in force."""
    day = first_day(run, today)
    seen = {"version": run.version, "replaces": now.versions, "contact": contact_of(run.village)}
    return PublishForm(data, initial={**seen, "links_since": day, "roster_since": next_monday(day)})


def chosen(data: Mapping[str, object]) -> uuid.UUID | None:
    """The member of a :class:`ChosenForm`; none when there is none."""
    form = ChosenForm(data)
    return form.cleaned_data["member"] if form.is_valid() else None
