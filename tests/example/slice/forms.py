"""What is typed about a thing that was found."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.fields import DayField


class ItemForm(forms.Form):
    """A thing that was found."""

    what = forms.CharField(label=_("捡到什么"), max_length=80)
    place = forms.CharField(label=_("在哪里捡到"), max_length=120, required=False)
    found_on = DayField(label=_("哪天捡到"))
