"""Fetch is authorise: the only way a page gets a turn, a swap, or the member who came by personal link."""

from __future__ import annotations

import datetime
import uuid

from django.http import Http404

from heli.duties.models import PostRow, Swap, SwapState, Turn
from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import refuse_unless, row_for
from heli.kernel.access.roles import Verb
from heli.orgs.models import Unit
from heli.people.models import MemberRow


def me(actor: Actor, today: datetime.date) -> MemberRow:
    """The member who acts, with their village. Raises ``Http404`` for anybody else and who has left."""
    if actor.member is None:
        raise Http404
    found = MemberRow.objects.serving(today).filter(pk=actor.member).select_related("village").first()
    if found is None:
        raise Http404
    return found


def turn_for(actor: Actor, key: uuid.UUID, date: datetime.date) -> Unit:
    """The village of a turn, for the member whose turn it is that day, by roster or by swap, and for staff.

    Raises ``Http404`` when there is no such turn or the actor may not see it, ``PermissionDenied`` when they
    may see the village but not change who stands.
    """
    turn = Turn.objects.filter(pk=key).select_related("roster__village").defer("roster__table").first()
    if turn is None:
        raise Http404
    village = turn.roster.village
    if actor.member is None or not _theirs(actor.member, turn, date):
        refuse_unless(actor, Verb.SWAP, village.path)
    return village


def _theirs(member: uuid.UUID, turn: Turn, date: datetime.date) -> bool:
    taken = Swap.objects.filter(turn=turn, date=date, taker=member, state=SwapState.ACCEPTED)
    return turn.member_id == member or taken.exists()


def swap_for(actor: Actor, key: uuid.UUID, today: datetime.date) -> tuple[Unit, uuid.UUID]:
    """A swap that the member who acts may answer, with its village: one offered in their own village.

    Raises ``Http404`` for anybody else, and for a swap that was offered to another member alone.
    """
    member = me(actor, today)
    swap = Swap.objects.filter(pk=key, turn__roster__village=member.village).first()
    if swap is None or swap.asked_id not in (None, member.pk):
        raise Http404
    return member.village, swap.pk


def point_for(actor: Actor, key: uuid.UUID, verb: Verb) -> PostRow:
    """The drop point with its village, for an actor who may do ``verb`` there. Raises as ``row_for``."""
    return row_for(actor, verb, PostRow.objects.filter(pk=key).select_related("village"))
