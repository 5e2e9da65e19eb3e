"""What ends with a member's service: their calendar address, and the swaps that wait for them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from heli.duties.commands.calendar import drop_feeds
from heli.duties.commands.swaps import end_open_swap
from heli.duties.models import Swap, SwapState
from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.orgs.commands import hold
from heli.orgs.models import Unit


def end_duties(actor: Actor, village: Unit, members: Sequence[uuid.UUID], since: datetime.date) -> None:
    """From ``since`` on these members no longer serve; part of the command that says so.

    Calendar addresses are revoked once the day has come. Of the swaps on days from ``since`` on that still
    wait, those the members offered are withdrawn, and those they alone were asked for are declined. Turns
    that they had taken are gaps, as their own are.
    """
    hold(village)
    fed = drop_feeds(members) if since <= timezone.localdate() else []
    for key in fed:
        record(actor, "calendar.drop", f"member:{key}", village.path)
    waiting = Swap.objects.filter(state=SwapState.OFFERED, date__gte=since)
    for swap in waiting.filter(Q(giver__in=members) | Q(asked__in=members)).order_by("pk"):
        withdrawn = swap.giver_id in members
        end_open_swap(actor, village, swap, SwapState.WITHDRAWN if withdrawn else SwapState.DECLINED)
