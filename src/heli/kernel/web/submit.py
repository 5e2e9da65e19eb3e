"""One way from a form that was sent to what it does. What a rule stands against answers 409, with the page
anew: with what was typed, the refusal's words, and the facts as they are now."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, MutableMapping
from copy import copy
from http import HTTPStatus
from typing import ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.fields import DayField
from heli.kernel.lib.stale import CHANGED, row_hash


class RowForm(forms.Form):
    """A form made from the ``facts`` of a row; ``seen`` is their hash, which the command compares."""

    seen = forms.CharField(widget=forms.HiddenInput(attrs={"id": False}), required=False)
    fields_of: ClassVar[Mapping[str, str]] = {}
    """The field in which a fact is typed, where it has another name than the fact."""

    def __init__(
        self,
        facts: Mapping[str, object],
        data: Mapping[str, object] | None = None,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial={**facts, **(initial or {}), "seen": row_hash(facts)})
        self.now = facts

    @property
    def facts(self) -> dict[str, object]:
        """What was typed, as the row keeps it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def shown(self, value: object) -> str:
        """A fact in words."""
        return "" if value is None else str(value)

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """(label, as it is now, as typed) where they are not the same, once the form was refused as stale."""
        refused = refusal_of(self)
        if refused is None or refused.code != CHANGED:
            return []
        return [
            (
                str(self.fields[self.fields_of.get(name, name)].label),
                self.shown(self.now[name]),
                self.shown(new),
            )
            for name, new in self.facts.items()
            if name in self.now and new != self.now[name]
        ]


class EndForm(RowForm):
    """From which ``day`` on something is over; ``back``: that was a mistake.

    A subclass gives ``day`` its label and names the fact in ``fields_of``.
    """

    day = DayField(required=False)
    back = forms.BooleanField(required=False)

    def clean(self) -> dict[str, object]:
        """One of the two."""
        said = super().clean() or {}
        if not said.get("day") and not said.get("back") and "day" not in self.errors:
            self.add_error("day", forms.Field.default_error_messages["required"])
        return said

    @property
    def first_day(self) -> datetime.date | None:
        """The day; none when it was a mistake."""
        day: datetime.date | None = self.cleaned_data["day"]
        return None if self.cleaned_data["back"] else day

    @property
    def facts(self) -> dict[str, object]:
        """What was typed, as the row keeps it."""
        return dict.fromkeys(self.fields_of, self.first_day)


def submit(form: forms.Form, act: Callable[[], HttpResponse]) -> HttpResponse | None:
    """What ``act`` answers when the form was sent and is valid; none when its page is to be shown (again).

    A ``DomainError`` of ``act`` becomes an error of the form. Hidden fields then say what the page shows
    now: they are what the next attempt is made from.
    """
    if not form.is_valid():
        return None
    try:
        return act()
    except DomainError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        form.refused = refused  # type: ignore[attr-defined]
        data = copy(form.data)  # the copy of a request's can be written to
        if isinstance(data, MutableMapping):
            data.update({field.html_name: field.initial for field in form.hidden_fields()})
        form.data = data
    return None


def refusal_of(form: forms.Form) -> DomainError | None:
    """Why the form was refused by a command; none when it was not."""
    refused: DomainError | None = getattr(form, "refused", None)
    return refused


def form_page(request: HttpRequest, template: str, form: forms.Form, **context: object) -> HttpResponse:
    """The page of a form: 409 after a refusal."""
    return page(request, template, {**context, "form": form}, refusal_of(form))


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    refused: DomainError | None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """A page: 409 where it is shown because something was ``refused``, and ``status`` otherwise."""
    return render(request, template, dict(context), status=status if refused is None else HTTPStatus.CONFLICT)


def refused_page(request: HttpRequest, refused: DomainError, back: str) -> HttpResponse:
    """For a button that has no page of its own: why not, and the way ``back`` to the page it stood on."""
    return page(request, "web/refused.html", {"refused": refused, "back": back}, refused)
