"""What is to be done about the members of a village."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from heli.kernel.access.roles import Verb
from heli.kernel.lib.todo import Asked, Sign, Todo
from heli.people.queries.members import locked_out_of


def todo(asked: Asked) -> Iterator[Todo]:
    """Links that were taken back after too many wrong digits, for whoever may give new ones."""
    if asked.unit is None or not asked.actor.may(Verb.EDIT, asked.unit.path):
        return
    for name in locked_out_of(asked.unit, asked.today):
        yield Todo(
            key="locked-out",
            sign=Sign.ACT,
            what=_("%(name)s的个人链接输错太多次，作废了") % {"name": name},
            why=_("先问清楚是谁在试。"),
            address=reverse("members", args=[asked.unit.pk]),
            button=_("再给一个"),
            weight=1,
        )
