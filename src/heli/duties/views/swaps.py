"""A turn on a date: offer it, give it, let family stand in, take that back; and answer another's."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from heli.duties import commands
from heli.duties.access import swap_for, turn_for
from heli.duties.forms import member_key, turn_key
from heli.duties.queries.asking import asking_text
from heli.duties.queries.days import DayTurn, turns_to_exchange
from heli.duties.queries.free import candidates, exchanges
from heli.kernel.access.actor import Actor
from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.fields import day_from
from heli.kernel.web.access import deed, signed_in
from heli.kernel.web.submit import page, refused_page
from heli.orgs.models import Unit

Deed = Callable[[PersonRequest, Unit, DayTurn], str]
Answer = Callable[[Actor, Unit, uuid.UUID, datetime.datetime], None]


@signed_in
@require_http_methods(["GET", "POST"])
def turn(request: PersonRequest, key: uuid.UUID, day: str) -> HttpResponse:
    """One turn on one date; what is posted says what to ``do`` with it."""
    village, moment = turn_for(request.actor, key, day_from(day)), timezone.localtime()
    turns, error = turns_to_exchange(village, day_from(day), moment.date()), None
    found = _turn(turns, key, day)
    if request.method == "POST":
        do = deed(request, _DEEDS)
        try:
            messages.success(request, do(request, village, found))
            return redirect("village", village.pk) if "home" in request.POST else redirect(request.path)
        except DomainError as refusal:
            error = refusal
            turns = turns_to_exchange(village, day_from(day), moment.date())
            found = _turn(turns, key, day)
    context = {"village": village, "turn": found, "error": error, "past": found.when.past(moment)}
    context["own"] = request.actor.member is not None
    context["asking"] = asking_text(found)
    return page(request, "duties/turn.html", {**context, **_choices(village, found, turns, moment)}, error)


def _turn(turns: Sequence[DayTurn], key: uuid.UUID, day: str) -> DayTurn:
    found = next((turn for turn in turns if (turn.key, turn.date) == (key, day_from(day))), None)
    if found is None:
        raise Http404
    return found


def _choices(
    village: Unit, found: DayTurn, turns: Sequence[DayTurn], moment: datetime.datetime
) -> dict[str, object]:
    """Who may take the turn, who cannot, and for which turns it can be exchanged."""
    others = candidates(village, found, turns)
    open_ = found.swap is None and not found.when.past(moment)
    return {
        "others": [other for other in others if not other.why],
        "hindered": [other for other in others if other.why],
        "exchanges": exchanges(village, found, turns, moment) if open_ else (),
    }


def _offer(request: PersonRequest, village: Unit, turn: DayTurn) -> str:
    to = member_key(request.POST.get("to", ""))
    commands.offer_turn(request.actor, village, turn, timezone.localtime(), to)
    return _("已经问了，有人接就会写在这里。")


def _give(request: PersonRequest, village: Unit, turn: DayTurn) -> str:
    to = member_key(request.POST.get("to", ""), needed=True)
    if to is not None:
        commands.give_turn(
            request.actor, village, turn, to, timezone.localtime(), request.POST.get("seen", "")
        )
    return _("换好了。")


def _exchange(request: PersonRequest, village: Unit, turn: DayTurn) -> str:
    wanted, moment = turn_key(request.POST.get("with", "")), timezone.localtime()
    if request.actor.may(Verb.SWAP, village.path):
        commands.exchange_turns(request.actor, village, turn, wanted, moment, request.POST.get("seen", ""))
        return _("两个班对换好了。")
    commands.offer_exchange(request.actor, village, turn, wanted, moment)
    return _("已经问了，对方说行才算换好。")


def _family(request: PersonRequest, village: Unit, turn: DayTurn) -> str:
    commands.send_family(request.actor, village, turn, request.POST.get("name", ""), timezone.localtime())
    return _("记下了家属代班。")


def _withdraw(request: PersonRequest, village: Unit, turn: DayTurn) -> str:
    commands.withdraw_swap(request.actor, village, turn, timezone.localtime(), request.POST.get("seen", ""))
    return _("收回了，这个班还照值班表。")


_DEEDS: dict[str, Deed] = {
    "offer": _offer,
    "give": _give,
    "exchange": _exchange,
    "family": _family,
    "withdraw": _withdraw,
}


@signed_in
@require_POST
def accept(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Take a turn that is offered to the member who acts."""
    return _answer(request, key, commands.accept_swap, _("您接了这个班，谢谢您。"))


@signed_in
@require_POST
def decline(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The member who acts was asked, and cannot."""
    return _answer(request, key, commands.decline_swap, _("回复了：您去不了。没关系。"))


def _answer(request: PersonRequest, key: uuid.UUID, command: Answer, thanks: str) -> HttpResponse:
    village, swap = swap_for(request.actor, key, timezone.localdate())
    try:
        command(request.actor, village, swap, timezone.localtime())
        messages.success(request, thanks)
    except DomainError as refusal:
        return refused_page(request, refusal, reverse("me"))
    return redirect("me")
