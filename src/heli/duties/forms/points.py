"""What is typed about a drop point and its opening times."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from heli.duties.commands.points import facts_of
from heli.duties.models import PostRow
from heli.duties.queries.hours import slot_words
from heli.duties.rules import SeatKind, Slot, When, numbered, slots_from_json
from heli.kernel.lib.fields import DayField, NumberField
from heli.kernel.lib.text import join_han
from heli.kernel.web.submit import EndForm, RowForm
from heli.people.forms import DAYS
from heli.people.rules import Period

MOST = 20
"""Opening times of one drop point."""
EVERY_DAY = [str(day) for day in range(1, 8)]
SEASON = r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"


class TimeInput(forms.TimeInput):
    """A time of day, picked or typed."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class SlotForm(forms.Form):
    """One opening time: when, on which weekdays, how many stand. The end may lie on the next day."""

    name = forms.CharField(label=_("叫什么"), max_length=40)
    start = forms.TimeField(label=_("几点到"), widget=TimeInput)
    end = forms.TimeField(label=_("几点完"), required=False, widget=TimeInput)
    duty = NumberField(label=_("义务几人"), required=False, min_value=0, max_value=99)
    volunteer = NumberField(label=_("志愿几人"), required=False, min_value=0, max_value=99)
    paid = NumberField(label=_("有偿几人"), required=False, min_value=0, max_value=99)
    weekdays = forms.MultipleChoiceField(
        label=_("星期几"),
        choices=[(str(day), name) for day, name in enumerate(DAYS, 1)],
        widget=forms.CheckboxSelectMultiple,
        initial=EVERY_DAY,
    )
    since = forms.RegexField(SEASON, label=_("每年几月几日起"), required=False)
    until = forms.RegexField(SEASON, label=_("到几月几日"), required=False)

    def clean(self) -> dict[str, object]:
        """Somebody stands, and a season has both ends."""
        said = super().clean() or {}
        if not self.errors and not any(said.get(kind.value) for kind in SeatKind):
            self.add_error("duty", _("请写要站几个人。"))
        if not self.errors and bool(said.get("since")) != bool(said.get("until")):
            self.add_error("until", _("季节的两头都要写，例如 06-01 到 09-30。"))
        return said

    @property
    def slot(self) -> Slot:
        """The opening time."""
        said = self.cleaned_data
        name, start = join_han(said["name"]), f"{said['start']:%H:%M}"
        return Slot(
            name=name,
            period=_period(name, start),
            start=start,
            end=f"{said['end']:%H:%M}" if said["end"] else "",
            seats=tuple((kind, said[kind.value]) for kind in SeatKind if said.get(kind.value)),
            weekdays=frozenset(map(int, said["weekdays"])),
            since=said["since"],
            until=said["until"],
        )


def _period(name: str, start: str) -> Period:
    """The time of day, as turns say it."""
    return When(datetime.date.min, name, start).period


class SlotForms(forms.BaseFormSet):  # type: ignore[type-arg]  # the class takes no argument when it runs
    """The opening times of a drop point; lines left empty do not count."""

    def __init__(self, point: PostRow | None, data: Mapping[str, object] | None = None) -> None:
        slots = () if point is None else slots_from_json(point.slots)
        super().__init__(data, initial=[_initial(slot) for slot in slots], prefix="slot")

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """As usual, with our word for taking a line away."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("去掉这一段")

    def clean(self) -> None:
        """At least one."""
        if not any(self.errors) and not self.slots:
            raise forms.ValidationError(_("至少要有一段开放时间。整个点不开了，请用“关掉”。"))

    @property
    def slots(self) -> list[Slot]:
        """What was typed; two of one name on a day are told apart."""
        typed = (form for form in self.forms if form.has_changed() or form.initial)
        kept = [form.slot for form in typed if not form.cleaned_data.get("DELETE")]
        return numbered(sorted(kept, key=lambda slot: (slot.start, slot.name)))


_SlotForms = forms.formset_factory(
    SlotForm, SlotForms, extra=2, max_num=MOST, absolute_max=MOST, can_delete=True
)


def slot_forms(point: PostRow | None, data: Mapping[str, object] | None = None) -> SlotForms:
    """The opening times of a drop point (none: of a new one), and two empty lines."""
    made: Any = _SlotForms
    found: SlotForms = made(point, data)
    return found


def _initial(slot: Slot) -> dict[str, object]:
    seats = {kind.value: count for kind, count in slot.seats}
    times = {"start": slot.start, "end": slot.end, "since": slot.since, "until": slot.until}
    return {"name": slot.name, **times, **seats, "weekdays": [str(day) for day in sorted(slot.weekdays)]}


class PointForm(RowForm):
    """A drop point: its name and place, and from when on the opening times hold."""

    fields_of: ClassVar = {"slots": "since"}
    name = forms.CharField(label=_("叫什么"), max_length=80)
    where = forms.CharField(label=_("在哪里"), max_length=120, required=False, help_text=_("例如：上宅弄口"))
    since = DayField(label=_("从哪天起"), help_text=_("开放时间从这天起照下面写的；以前的照旧留着。"))

    def __init__(
        self, point: PostRow | None, today: datetime.date, data: Mapping[str, object] | None = None
    ) -> None:
        super().__init__({} if point is None else facts_of(point), data, {"since": today})

    def clean_name(self) -> str:
        """Without stray spaces."""
        return join_han(self.cleaned_data["name"])

    def shown(self, value: object) -> str:
        """A fact in words."""
        return (
            "；".join(map(slot_words, slots_from_json(value)))
            if isinstance(value, list)
            else super().shown(value)
        )


class CloseForm(EndForm):
    """The first day on which a drop point is no longer there; ``back``: that was a mistake."""

    fields_of: ClassVar = {"gone_on": "day"}
    day = DayField(label=_("从哪一天起关掉"), required=False)

    def __init__(
        self, point: PostRow, today: datetime.date, data: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(facts_of(point), data, {"day": point.gone_on or today})
