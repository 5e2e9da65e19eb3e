"""Readings that leave a line in the audit."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.grids.models import HouseholdRow
from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.lib.errors import DomainError
from heli.people.commands import reveal_phone
from heli.people.models import MemberRow, Phone

NO_PHONE = _("这户没有登记电话。要补，请找组长。")


def reveal_phone_of(actor: Actor, household: HouseholdRow) -> str:
    """The household's phone number; that it was read is recorded.

    Raises ``DomainError`` (``insight.phone-none``).
    """
    phone = Phone.objects.filter(owner=household.pk).select_related("village").first()
    if phone is None:
        raise DomainError("insight.phone-none", NO_PHONE)
    return reveal_phone(actor, phone)


@transaction.atomic
def note_own_export(actor: Actor, member: MemberRow) -> None:
    """Leave a line that the member took out what Heli holds on them."""
    record(actor, "member.export", f"member:{member.pk}", member.village.path)
