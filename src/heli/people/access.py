"""Fetch is authorise: the only way a page gets a member."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.db import models

from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import refuse_unless, row_for
from heli.kernel.access.roles import Verb
from heli.kernel.audit.readings import scope_of
from heli.people.models import MemberRow, Phone


def member_for(actor: Actor, key: uuid.UUID, verb: Verb) -> MemberRow:
    """The member with their village, for an actor who may do ``verb`` there. Raises as ``row_for``."""
    return row_for(actor, verb, MemberRow.objects.filter(pk=key).select_related("village"))


@dataclass(frozen=True, slots=True)
class ServingMember:
    """A member who serves: their name, the path and name of their village, their number (empty: none)."""

    name: str
    scope: str
    place: str
    phone: str


def serving_member(key: uuid.UUID, day: datetime.date) -> ServingMember | None:
    """The one question whether somebody serves on a day: none when they have left by then, or never were."""
    number = Phone.objects.filter(owner=models.OuterRef("pk")).values("number")
    members = MemberRow.objects.serving(day).filter(pk=key).annotate(phone=models.Subquery(number))
    row = members.values_list("name", "village__path", "village__name", "phone").first()
    return None if row is None else ServingMember(*row[:3], row[3] or "")


def phone_for(actor: Actor, owner: uuid.UUID, verb: Verb) -> Phone:
    """The phone of a member or household, with its village. Raises as ``row_for``."""
    return row_for(actor, verb, Phone.objects.filter(owner=owner).select_related("village"))


def readable_for(actor: Actor, owner: uuid.UUID) -> str:
    """Who may see who looked at a member or household: the member themself, those who may edit the village,
    and who reads the audit. Anybody else: ``Http404``, or ``PermissionDenied`` when they see the village.

    The path of the village, empty for the member themself.
    """
    if actor.member is not None and actor.member == owner:
        return ""
    phone = Phone.objects.filter(owner=owner).select_related("village").first()
    member = MemberRow.objects.filter(pk=owner).select_related("village").first()
    found = phone or member
    path = scope_of(owner) if found is None else found.village.path
    if path is None or not actor.may(Verb.READ_AUDIT, path):
        refuse_unless(actor, Verb.EDIT, path)
    return path or ""
