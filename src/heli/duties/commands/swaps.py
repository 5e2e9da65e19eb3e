"""Swap a turn (换班), or let family stand in (家属代班).

Whoever changes a swap holds the lock of the village: so nobody is told yes for a turn that is gone, and
nobody takes two turns at one time. The constraint ``one_swap_a_turn_and_date`` stands behind it.
"""

from __future__ import annotations

import datetime
import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heli.duties.models import Swap, SwapState
from heli.duties.queries.days import DayTurn, turns_around
from heli.duties.queries.free import absent, exchange_hindrance, hindrance, hindrance_text
from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.audit.commands import record
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.stale import refuse_if_changed
from heli.kernel.lib.text import join_han
from heli.orgs.commands import hold
from heli.orgs.models import Unit
from heli.people.models import MemberRow

GONE = _("值班表改过了，这天没有这个班了。请回到“我的值班”看一看。")
PAST = _("这个班已经开始或过去了，不能再换。请告诉组长。")
NOBODY = _("这个班还空着，没有人可换。请让村里定一个人。")
ALREADY = _("这个班已经在换，或已经换好了。要改，请先收回。")
TAKEN = _("这个班已经有人接了，谢谢您。")
WITHDRAWN = _("对方已经收回，不用接了，谢谢您。")
DECLINED = _("您已经说过去不了。")
NOT_ASKED = _("这个班是问别人的。")
EXCHANGED = _("要换的那个班已经换走了，或者没有人站。请另选一个。")
OWN = _("这是您自己的班。")
CANNOT = _("%(name)s接不了：%(why)s。")
NO_NAME = _("请写上代班家属的姓名。")
LONG_NAME = _("姓名太长，请写在20个字以内。")
SETTLED = _("已经有人接了，要改请找组长。")
_LONGEST = 20


@transaction.atomic
def offer_turn(
    actor: Actor, village: Unit, turn: DayTurn, moment: datetime.datetime, to: uuid.UUID | None = None
) -> None:
    """Offer the turn on its date to everybody who is free, or to one member alone.

    Raises
    ------
    DomainError
        ``duties.swap-gone``, ``duties.swap-past``, ``duties.swap-nobody``, ``duties.swap-already``;
        ``duties.swap-cannot``: the member asked cannot, ``why`` says in words why.
    """
    hold(village)
    now, day = _to_change(actor, village, turn, moment)
    if to is not None:
        _check_taker(village, to, now, day)
    swap = _make(actor, now, asked_id=to)
    record(actor, "swap.offer", f"swap:{swap.pk}", village.path, **_facts(swap), asked=to is not None)


@transaction.atomic
def accept_swap(actor: Actor, village: Unit, key: uuid.UUID, moment: datetime.datetime) -> None:
    """The actor takes the turn that is offered.

    Raises
    ------
    DomainError
        ``duties.swap-taken``: somebody was quicker; ``duties.swap-withdrawn``, ``duties.swap-declined``,
        ``duties.swap-own``, ``duties.swap-not-asked``, ``duties.swap-gone``, ``duties.swap-past``,
        ``duties.swap-cannot``.
    """
    hold(village)
    swap = _open(village, key)
    if actor.member is None or actor.member == swap.giver_id:
        raise DomainError("duties.swap-own", OWN)
    if swap.asked_id not in (None, actor.member):
        raise DomainError("duties.swap-not-asked", NOT_ASKED)
    now, day = _current(village, swap.turn_id, swap.date, moment)
    if swap.wanted_id and swap.wanted_on:
        _exchange(actor, village, swap, now, _wanted(village, swap.wanted_id, swap.wanted_on, moment), moment)
    else:
        _check_taker(village, actor.member, now, day)
        _settle(swap, moment, taker_id=actor.member)
    record(actor, "swap.accept", f"swap:{swap.pk}", village.path, **_facts(swap))


@transaction.atomic
def decline_swap(actor: Actor, village: Unit, key: uuid.UUID, moment: datetime.datetime) -> None:
    """The one member who was asked cannot come: so the giver knows, and may ask somebody else.

    Raises
    ------
    DomainError
        ``duties.swap-taken``, ``duties.swap-withdrawn``, ``duties.swap-declined``; ``duties.swap-not-asked``:
        only who is asked by name need answer.
    """
    hold(village)
    swap = _open(village, key)
    if actor.member is None or swap.asked_id != actor.member:
        raise DomainError("duties.swap-not-asked", NOT_ASKED)
    _end(swap, SwapState.DECLINED, moment)
    record(actor, "swap.decline", f"swap:{swap.pk}", village.path, **_facts(swap))


@transaction.atomic
def give_turn(
    actor: Actor,
    village: Unit,
    turn: DayTurn,
    taker: uuid.UUID,
    moment: datetime.datetime,
    seen: str | None = None,
) -> None:
    """On behalf of both: ``taker``, who has agreed, takes the turn at once. An open offer is settled by it.

    So is a turn for which nobody could be found: then the swap has no giver.

    ``seen`` is the ``hash`` of the turn as the page showed it: refused with ``kernel.row-changed`` when an
    offer came or went since. None: nobody was shown a page. Raises ``DomainError`` as :func:`offer_turn` too.

    Raises ``PermissionDenied`` for a member: whoever takes a turn says so themself, or the village does
    for them.
    """
    if not actor.may(Verb.SWAP, village.path):
        raise PermissionDenied
    hold(village)
    now, day = _current(village, turn.key, turn.date, moment)
    if now.swap and not now.offered:
        raise DomainError("duties.swap-already", ALREADY)
    refuse_if_changed(now.facts, seen)
    _check_taker(village, taker, now, day)
    if now.swap:
        swap = Swap.objects.get(pk=now.swap)
        swap.entered_by = actor.name
    else:
        swap = _make(actor, now, empty=True)
    _settle(swap, moment, taker_id=taker)
    record(actor, "swap.give", f"swap:{swap.pk}", village.path, **_facts(swap))


@transaction.atomic
def offer_exchange(
    actor: Actor,
    village: Unit,
    turn: DayTurn,
    wanted: tuple[uuid.UUID, datetime.date],
    moment: datetime.datetime,
) -> None:
    """Ask the member who stands the ``wanted`` turn (its key and date) to exchange it for this one.

    Nothing changes until they accept (:func:`accept_swap`), when both turns change hands at once.

    Raises
    ------
    DomainError
        As :func:`offer_turn`; ``duties.swap-exchanged``: the wanted turn is being swapped, or nobody's;
        ``duties.swap-cannot``: one of the two cannot stand the turn that they would take.
    """
    hold(village)
    now, _day = _to_change(actor, village, turn, moment)
    other = _wanted(village, *wanted, moment)
    _check_exchange(village, now, other)
    swap = _make(actor, now, asked_id=other.member, wanted_id=other.key, wanted_on=other.date)
    record(actor, "swap.offer", f"swap:{swap.pk}", village.path, **_facts(swap), asked=True, exchange=True)


@transaction.atomic
def exchange_turns(
    actor: Actor,
    village: Unit,
    turn: DayTurn,
    wanted: tuple[uuid.UUID, datetime.date],
    moment: datetime.datetime,
    seen: str | None = None,
) -> None:
    """On behalf of two who have agreed: each takes the other's turn, at once. ``seen`` as for
    :func:`give_turn`; raises as that and :func:`offer_exchange` do.
    """
    if not actor.may(Verb.SWAP, village.path):
        raise PermissionDenied
    hold(village)
    now, _day = _to_change(actor, village, turn, moment)
    refuse_if_changed(now.facts, seen)
    swap = _make(actor, now)
    _exchange(actor, village, swap, now, _wanted(village, *wanted, moment), moment)
    record(actor, "swap.exchange", f"swap:{swap.pk}", village.path, **_facts(swap))


def _wanted(village: Unit, key: uuid.UUID, date: datetime.date, moment: datetime.datetime) -> DayTurn:
    """The turn that is asked for in return, which somebody stands and nobody swaps."""
    found, _day = _current(village, key, date, moment)
    if found.swap is not None or found.member is None:
        raise DomainError("duties.swap-exchanged", EXCHANGED)
    return found


def _check_exchange(village: Unit, one: DayTurn, other: DayTurn) -> None:
    """Refuse unless each of the two members can stand the other's turn."""
    turns = {(turn.key, turn.date): turn for day in (one, other) for turn in turns_around(village, day.date)}
    for takes, gives in ((one, other), (other, one)):
        if gives.whose is None:
            raise DomainError("duties.swap-nobody", NOBODY)
        member = MemberRow.objects.get(pk=gives.whose)
        away = member.pk in absent(village, takes.date)
        if why := exchange_hindrance(member, takes, gives, turns.values(), away):
            text = hindrance_text(why)
            raise DomainError("duties.swap-cannot", CANNOT, name=member.name, why=text, hindrance=why)


def _exchange(
    actor: Actor, village: Unit, swap: Swap, one: DayTurn, other: DayTurn, moment: datetime.datetime
) -> None:
    """Both halves of an exchange, after the last look at both: ``swap`` is that of ``one``."""
    if swap.asked_id not in (None, other.member):
        raise DomainError("duties.swap-exchanged", EXCHANGED)
    _check_exchange(village, one, other)
    _settle(swap, moment, taker_id=other.member)
    half = _make(actor, other, exchange=swap)
    _settle(half, moment, taker_id=swap.giver_id)


@transaction.atomic
def send_family(actor: Actor, village: Unit, turn: DayTurn, name: str, moment: datetime.datetime) -> None:
    """Somebody of the family stands the turn. It counts as volunteer hours for nobody.

    Raises ``DomainError`` as :func:`offer_turn` does, and ``duties.swap-no-name``, ``duties.swap-long-name``.
    """
    name = join_han(name)
    if not name:
        raise DomainError("duties.swap-no-name", NO_NAME, field="name")
    if len(name) > _LONGEST:
        raise DomainError("duties.swap-long-name", LONG_NAME, field="name")
    hold(village)
    now, _day = _to_change(actor, village, turn, moment)
    swap = _make(actor, now, stand_in=name)
    _settle(swap, moment)
    record(actor, "swap.family", f"swap:{swap.pk}", village.path, **_facts(swap))


@transaction.atomic
def withdraw_swap(
    actor: Actor, village: Unit, turn: DayTurn, moment: datetime.datetime, seen: str | None = None
) -> None:
    """Take the offer or the stand-in back; what another member has accepted, only staff may take back.

    ``seen`` as for :func:`give_turn`: what somebody has accepted since is not taken back unseen.

    Raises
    ------
    DomainError
        ``duties.swap-gone``: there is nothing to take back; ``duties.swap-past``; ``duties.swap-settled``:
        somebody took it.
    """
    hold(village)
    now, _day = _current(village, turn.key, turn.date, moment)
    if now.swap is None:
        raise DomainError("duties.swap-gone", GONE)
    swap = Swap.objects.get(pk=now.swap)
    _refuse_others(actor, village, swap.giver_id)
    if swap.state == SwapState.ACCEPTED and swap.taker_id and not actor.may(Verb.SWAP, village.path):
        raise DomainError("duties.swap-settled", SETTLED)
    refuse_if_changed(now.facts, seen)
    for half in (swap, *_other_half(swap)):
        _current(village, half.turn_id, half.date, moment)
        _end(half, SwapState.WITHDRAWN, moment)
        record(actor, "swap.withdraw", f"swap:{half.pk}", village.path, **_facts(half))


def _other_half(swap: Swap) -> list[Swap]:
    """The other half of an exchange that stands; neither is taken back without the other."""
    halves = Swap.objects.filter(Q(exchange=swap) | Q(pk=swap.exchange_id))
    return list(halves.filter(state=SwapState.ACCEPTED))


def _refuse_others(actor: Actor, village: Unit, member: uuid.UUID | None) -> None:
    """Nothing for the member themself and for who may swap in the village; else ``PermissionDenied``."""
    own = actor.member is not None and actor.member == member
    if not own and not actor.may(Verb.SWAP, village.path):
        raise PermissionDenied


def _open(village: Unit, key: uuid.UUID) -> Swap:
    """The swap, which still waits for an answer; refused with what became of it otherwise."""
    swap = Swap.objects.get(pk=key, turn__roster__village=village)
    over = {
        SwapState.ACCEPTED: DomainError("duties.swap-taken", TAKEN),
        SwapState.WITHDRAWN: DomainError("duties.swap-withdrawn", WITHDRAWN),
        SwapState.DECLINED: DomainError("duties.swap-declined", DECLINED),
    }
    if found := over.get(SwapState(swap.state)):
        raise found
    return swap


def _end(swap: Swap, state: SwapState, moment: datetime.datetime) -> None:
    swap.state, swap.settled_at = state, moment
    swap.save(update_fields=("state", "settled_at"))


def end_open_swap(actor: Actor, village: Unit, swap: Swap, state: SwapState) -> None:
    """End a swap that waits; the caller holds the village."""
    _end(swap, state, timezone.now())
    verb = "swap.withdraw" if state == SwapState.WITHDRAWN else "swap.decline"
    record(actor, verb, f"swap:{swap.pk}", village.path, **_facts(swap))


def _current(
    village: Unit, key: uuid.UUID, date: datetime.date, moment: datetime.datetime
) -> tuple[DayTurn, tuple[DayTurn, ...]]:
    """The turn as it is now, and all of its day and those beside it; refused when it is gone or has begun."""
    day = turns_around(village, date)
    found = next((turn for turn in day if (turn.key, turn.date) == (key, date)), None)
    if found is None:
        raise DomainError("duties.swap-gone", GONE)
    if found.when.past(moment):
        raise DomainError("duties.swap-past", PAST)
    return found, day


def _to_change(
    actor: Actor, village: Unit, turn: DayTurn, moment: datetime.datetime
) -> tuple[DayTurn, tuple[DayTurn, ...]]:
    """As :func:`_current`, for whose turn it is and for staff; refused too when it is being swapped."""
    found, day = _current(village, turn.key, turn.date, moment)
    if found.swap is not None:
        raise DomainError("duties.swap-already", ALREADY)
    _refuse_others(actor, village, found.whose)
    return found, day


def _check_taker(village: Unit, key: uuid.UUID, turn: DayTurn, day: tuple[DayTurn, ...]) -> None:
    if key == turn.whose:
        raise DomainError("duties.swap-own", OWN, field="to")
    taker = MemberRow.objects.filter(pk=key, village=village).first()
    if taker is None:
        raise DomainError("duties.swap-gone", GONE)
    if why := hindrance(taker, turn, day, key in absent(village, turn.date)):
        raise DomainError(
            "duties.swap-cannot", CANNOT, field="to", name=taker.name, why=hindrance_text(why), hindrance=why
        )


def _make(actor: Actor, turn: DayTurn, *, empty: bool = False, **more: object) -> Swap:
    """A new swap of the turn; of one that is nobody's only where it may be ``empty``."""
    giver = turn.whose
    if giver is None and not empty:
        raise DomainError("duties.swap-nobody", NOBODY)
    behalf = "" if giver and actor.member == giver else actor.name
    return Swap.objects.create(turn_id=turn.key, date=turn.date, giver_id=giver, entered_by=behalf, **more)


def _settle(swap: Swap, moment: datetime.datetime, **more: object) -> None:
    swap.state, swap.settled_at = SwapState.ACCEPTED, moment
    for field, value in more.items():
        setattr(swap, field, value)
    swap.save(update_fields=("state", "settled_at", "entered_by", *more))


def _facts(swap: Swap) -> dict[str, object]:
    who = {"giver": swap.giver_id, "taker": swap.taker_id}
    return {
        "date": swap.date.isoformat(),
        "behalf": bool(swap.entered_by),
        **{side: str(key) for side, key in who.items() if key is not None},
    }
