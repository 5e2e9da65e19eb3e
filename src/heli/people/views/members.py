"""The members of a village: their phones, their personal links, and who looked."""

from __future__ import annotations

import base64
import io
import uuid
from dataclasses import dataclass

import qrcode
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from qrcode.image.svg import SvgPathImage

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.web.access import signed_in
from heli.kernel.web.lists import list_page
from heli.orgs.access import unit_for
from heli.people import commands
from heli.people.access import member_for, phone_for, readable_for
from heli.people.queries import members as queries


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed to a member on paper: the address and its code as a picture (a ``data:`` address)."""

    name: str
    address: str
    picture: str


@signed_in
@require_safe
def members(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Who serves in the village, phones masked, and who has a personal link."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    rows = queries.members_of(village, timezone.localdate())
    may_edit = request.actor.may(Verb.EDIT, village.path)
    return list_page(
        request,
        queries.MEMBERS,
        rows,
        lambda _found: queries.members_words(village, rows.count()),
        queries.listed,
        template="people/members.html",
        village=village,
        unlinked=queries.without_link(rows) if may_edit else 0,
        may_edit=may_edit,
    )


@signed_in
@require_POST
@never_cache
def links(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Personal links for all who have none, as slips to print; they are shown on this answer only."""
    village = unit_for(request.actor, key, Verb.EDIT)
    made = commands.link_those_without(request.actor, village, timezone.localdate(), timezone.now())
    if not made:
        messages.info(request, _("有手机号的网格员都有个人链接了。"))
        return redirect("members", village.pk)
    slips = [_slip(request, member.name, token) for member, token in made]
    return render(request, "people/slips.html", {"village": village, "slips": slips})


@signed_in
@require_POST
@never_cache
def link(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A new personal link for one member, as a slip to print; it is shown on this answer only."""
    member = member_for(request.actor, key, Verb.EDIT)
    try:
        token = commands.link_member(request.actor, member, timezone.now())
    except DomainError as refused:
        messages.error(request, str(refused))
        return redirect("member", member.pk)
    slips = [_slip(request, member.name, token)]
    return render(request, "people/slips.html", {"village": member.village, "slips": slips})


@signed_in
@require_POST
def unlink(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Take a personal link back."""
    member = member_for(request.actor, key, Verb.EDIT)
    if commands.unlink_member(request.actor, member, timezone.now()):
        messages.success(request, _("%(name)s 的个人链接收回了，马上不能用。") % {"name": member.name})
    return redirect("member", member.pk)


@signed_in
@require_POST
@never_cache
def phone(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Show one phone number, once; it is written down who looked."""
    found = phone_for(request.actor, key, Verb.REVEAL)
    number = commands.reveal_phone(request.actor, found)
    context = {"village": found.village, "number": number, "name": queries.name_of(key), "key": key}
    return render(request, "people/phone.html", context)


@signed_in
@require_safe
def looked(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Who looked at the phone or record of a member or household."""
    path = readable_for(request.actor, key)
    context = {"rows": queries.looks_at(key), "name": queries.name_of(key), "scope": path}
    return render(request, "people/looked.html", context)


def _slip(request: PersonRequest, name: str, token: str) -> Slip:
    address = request.build_absolute_uri(reverse("personal_link", kwargs={"token": token}))
    drawn = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=2).save(drawn)
    return Slip(name, address, f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode()}")
