"""Changes of a plan by hand: what they would cost, then done; pins, undo, planned again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.phrases import in_brackets
from heli.kernel.web.access import signed_in
from heli.kernel.web.submit import page
from heli.plans.access import run_for
from heli.plans.commands import edits
from heli.plans.commands.runs import start_run
from heli.plans.forms.review import AgainForm, ChangeForm, PinForm
from heli.plans.links.moves import NEAREST
from heli.plans.models import Run
from heli.plans.queries import overview, shown
from heli.plans.queries.review import Review, review_of, seats_of
from heli.plans.queries.runs import link_moves, options_of, seat_moves
from heli.plans.turns.moves import FREE_SHOWN

PAGE = 15
"""Members on one page of all who could take a household or a turn."""


@signed_in
@require_http_methods(["GET", "POST"])
def move(request: PersonRequest, key: uuid.UUID, house: uuid.UUID) -> HttpResponse:
    """Give a household to another member: who could take it, at what cost; then done and pinned."""
    run = run_for(request.actor, key, Verb.PLAN)
    given = _given(request).cleaned_data
    member = given.get("member")
    if request.method != "POST":
        return _shown_move(request, run, house, member)
    if member is None or given.get("version") is None:
        return redirect("run_move", key=key, house=house)

    def act() -> None:
        edits.move_household(request.actor, run, given["version"], house, member, timezone.localdate())

    return _changed(request, run, act, reverse("run_move", args=[key, house]))


@signed_in
@require_http_methods(["GET", "POST"])
def seat(request: PersonRequest, key: uuid.UUID, seat: uuid.UUID) -> HttpResponse:
    """Give a turn to somebody else, to nobody, or change it with another one."""
    run = run_for(request.actor, key, Verb.PLAN)
    given = _given(request).cleaned_data
    other, member, empty = (given.get(name) for name in ("other", "member", "empty"))
    if request.method != "POST":
        return _shown_seat(request, run, seat, other)
    if not (other or member or empty) or given.get("version") is None:
        return redirect("run_seat", key=key, seat=seat)

    def act() -> None:
        today, version = timezone.localdate(), given["version"]
        if other:
            edits.swap_seats(request.actor, run, version, seat, other, today)
        else:
            edits.seat_member(request.actor, run, version, seat, None if empty else member, today)

    return _changed(request, run, act, reverse("run_seat", args=[key, seat]))


@signed_in
@require_POST
def pin(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Pin a household, a turn or all that a member has, or let it go."""
    run = run_for(request.actor, key, Verb.PLAN)
    form = PinForm(request.POST)
    if not form.is_valid():
        return redirect("run", key=key)
    given = form.cleaned_data
    links, seats = shown.held(run, given["household"], given["seat"], given["member"])
    pinned, version = given["pinned"], given["version"]
    return _changed(request, run, lambda: edits.pin(request.actor, run, version, pinned, links, seats))


@signed_in
@require_POST
def undo(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Take back the last change by hand."""
    run = run_for(request.actor, key, Verb.PLAN)
    version, today = _version(request), timezone.localdate()
    return _changed(request, run, lambda: edits.undo(request.actor, run, version, today))


@signed_in
@require_POST
def redo(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Make the change again that was taken back last."""
    run = run_for(request.actor, key, Verb.PLAN)
    version, today = _version(request), timezone.localdate()
    return _changed(request, run, lambda: edits.redo(request.actor, run, version, today))


@signed_in
@require_POST
def discard(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Put a draft away."""
    run = run_for(request.actor, key, Verb.PLAN)
    back = reverse("plan", args=[run.village.pk])
    return _changed(request, run, lambda: edits.discard_run(request.actor, run, _version(request)), back)


@signed_in
@require_POST
def again(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Plan again from the pins; ``household`` and ``member`` are one more pin."""
    run = run_for(request.actor, key, Verb.PLAN)
    form, one = AgainForm(request.POST), PinForm({**request.POST.dict(), "version": run.version})
    if not form.is_valid() or not one.is_valid():
        return redirect("run", key=key)
    house, member = one.cleaned_data["household"], one.cleaned_data["member"]
    links = {house: member} if house and member else {}
    fresh = form.cleaned_data["keep"] == "fresh"
    options = replace(options_of(run), date=timezone.localdate())
    made = start_run(request.actor, run.village, options, run, fresh=fresh, links=links)
    return redirect("job", key=made.job)


def _back(data: QueryDict) -> str:
    """The page that a form or a link came from, if it is one of ours."""
    asked = data.get("back", "")
    return asked if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, None) else ""


def _given(request: PersonRequest) -> ChangeForm:
    """What a form of one change says, as far as it can be read."""
    form = ChangeForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    return form


def _version(request: PersonRequest) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else -1


def _changed(request: PersonRequest, run: Run, act: Callable[[], object], back: str = "") -> HttpResponse:
    """Do it and go back; a refusal is said there, and who was overtaken is told by whom."""
    safe = _back(request.POST)
    try:
        act()
    except edits.Stale as stale:
        return _overtaken(request, run, stale)
    except DomainError as refused:
        messages.error(request, str(refused))
        return redirect(back or safe or reverse("run", args=[run.pk]))
    except LookupError:
        raise Http404 from None
    return redirect(safe or reverse("run", args=[run.pk]))


def _overtaken(request: PersonRequest, run: Run, stale: edits.Stale) -> HttpResponse:
    """Somebody else was first: what they changed, and one's own change, kept, to make on top of it."""
    run = run_for(request.actor, run.pk, Verb.PLAN)
    review = review_of(run, timezone.localdate())
    own = [
        (name, value)
        for name, value in request.POST.items()
        if name not in ("csrfmiddlewaretoken", "version")
    ]
    seats = {seat.key: seat for seat in review.seats}
    since = [overview.Done(edit, overview.edit_words(edit, review.names, seats)) for edit in stale.since]
    context = {"run": run, "since": since, "own": own, "wish": _wish(request, review)}
    return page(request, "plans/run_stale.html", context, stale)


def _wish(request: PersonRequest, review: Review) -> str:
    """One's own change in words."""
    match = request.resolver_match
    given = _given(request).cleaned_data
    args = match.kwargs if match else {}
    if "house" in args:
        house = review.names.house(args["house"])
        return _("%(house)s 移给 %(member)s") % {
            "house": house,
            "member": review.names.member(given.get("member")),
        }
    said = {seat.key: seat.said + in_brackets(seat.name) for seat in review.seats}
    if "seat" in args and given.get("other"):
        return _("%(seat)s 与 %(other)s 对换") % {
            "seat": said.get(args["seat"], ""),
            "other": said.get(given["other"], ""),
        }
    if "seat" in args:
        name = review.names.member(given.get("member")) or _("（没有）")
        return _("%(seat)s 换成 %(member)s") % {"seat": said.get(args["seat"], ""), "member": name}
    return ""


def _shown_move(request: PersonRequest, run: Run, house: uuid.UUID, member: uuid.UUID | None) -> HttpResponse:
    try:
        moves = link_moves(run, timezone.localdate())
        if "part" in request.GET and member:
            context = {"run": run, "choice": moves.candidate(house, member), "house": house}
            context["line"] = moves.now(house)
            return render(request, "plans/run_cost.html", context)
        candidates = moves.candidates(house)
    except LookupError:
        raise Http404 from None
    every = "every" in request.GET
    some = candidates if every else candidates[:NEAREST]
    context = {"run": run, "house": house, "line": moves.now(house), "back": _back(request.GET)}
    context["page"] = Paginator(some, PAGE).get_page(request.GET.get("page"))
    context["more"] = len(candidates) - len(some)
    return render(request, "plans/run_move.html", context)


def _shown_seat(request: PersonRequest, run: Run, seat: uuid.UUID, other: uuid.UUID | None) -> HttpResponse:
    try:
        moves = seat_moves(run, timezone.localdate())
        swap = moves.swapped(seat, other) if other else None
        context: dict[str, object] = {"run": run, "seat": seat, "other": other, "choice": swap}
        if "part" in request.GET and swap:
            return render(request, "plans/run_cost.html", context)
        choices = moves.candidates(seat, "every" in request.GET)
    except LookupError:
        raise Http404 from None
    seats = seats_of(run, timezone.localdate())
    context["line"] = next((line for line in seats if line.key == seat), None)
    context["every"] = "every" in request.GET or len(choices) <= FREE_SHOWN
    context["others"] = [line for line in seats if line.member and line.key != seat]
    context["against"] = [choice for choice in choices if not choice.allowed]
    allowed = [choice for choice in choices if choice.allowed]
    context["page"] = Paginator(allowed, PAGE).get_page(request.GET.get("page"))
    return render(request, "plans/run_seat.html", {**context, "back": _back(request.GET)})
