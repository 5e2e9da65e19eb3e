"""Pages about one member: changed by hand, absent, no longer serving."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.web.access import signed_in
from heli.kernel.web.submit import form_page, refused_page, submit
from heli.orgs.access import unit_for
from heli.people import commands
from heli.people.access import member_for
from heli.people.forms import AbsenceForm, LeaveForm, MemberForm, NewMemberForm, PhoneForm
from heli.people.models import MemberRow


@signed_in
@require_http_methods(["GET", "POST"])
def member_new(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A new grid member of the village."""
    village, today = unit_for(request.actor, key, Verb.EDIT), timezone.localdate()
    form = NewMemberForm(request.POST or None)
    form.today = today

    def act() -> HttpResponse:
        member = commands.add_member(request.actor, village, form.facts, today)
        messages.success(
            request, _("%(name)s记下了。要值班、联系农户，请到“有人变动”重新安排。") % {"name": member}
        )
        return redirect("member_phone", member.pk)

    return submit(form, act) or form_page(request, "people/member_new.html", form, village=village)


@signed_in
@require_http_methods(["GET", "POST"])
def member_phone(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Give a member another phone number."""
    member = member_for(request.actor, key, Verb.EDIT)
    form = PhoneForm(member, request.POST or None)

    def act() -> HttpResponse:
        commands.set_phone(request.actor, member, form.cleaned_data["number"], form.cleaned_data["seen"])
        messages.success(request, _("%(name)s 的手机号记下了。") % {"name": member.name})
        return redirect("member", member.pk)

    return submit(form, act) or _form_page(request, "people/phone_edit.html", form, member)


@signed_in
@require_http_methods(["GET", "POST"])
def member_edit(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Change what the village knows of a member."""
    member = member_for(request.actor, key, Verb.EDIT)
    form = MemberForm(member, timezone.localdate(), request.POST or None)

    def act() -> HttpResponse:
        commands.edit_member(request.actor, member, form.facts, form.cleaned_data["seen"])
        messages.success(request, _("%(name)s 的资料改好了。") % {"name": form.cleaned_data["name"]})
        return redirect("member", member.pk)

    return submit(form, act) or _form_page(request, "people/member_edit.html", form, member)


@signed_in
@require_http_methods(["GET", "POST"])
def member_leave(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Say from when on a member no longer serves, or take it back."""
    member, today = member_for(request.actor, key, Verb.EDIT), timezone.localdate()
    form = LeaveForm(member, today, request.POST or None)

    def act() -> HttpResponse:
        day = form.first_day
        commands.leave(request.actor, member, day, form.cleaned_data["seen"])
        told = _("记下了：%(name)s 不再参加。") if day else _("%(name)s 照常参加。")
        return _told(request, told % {"name": member.name}, member)

    return submit(form, act) or _form_page(request, "people/member_leave.html", form, member)


@signed_in
@require_http_methods(["GET", "POST"])
def member_absence(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Say on which days a member cannot, or that they are back."""
    member, today = member_for(request.actor, key, Verb.EDIT), timezone.localdate()
    form = AbsenceForm(member, today, request.POST or None)

    def act() -> HttpResponse:
        commands.set_absent(request.actor, member, **form.cleaned_data)
        return _told(request, _("记下了：%(name)s 这几天不能来。") % {"name": member.name}, member)

    more = {"absences": member.absences.order_by("-since"), "today": today}
    return submit(form, act) or _form_page(request, "people/member_absence.html", form, member, **more)


@signed_in
@require_POST
def member_back(request: PersonRequest, key: uuid.UUID, absence: uuid.UUID) -> HttpResponse:
    """The member is back from today on."""
    member = member_for(request.actor, key, Verb.EDIT)
    back = reverse("member_absence", args=[member.pk])
    seen, today = request.POST.get("seen", ""), timezone.localdate()
    try:
        commands.end_absence(request.actor, member, absence, today, seen)
    except DomainError as refused:
        return refused_page(request, refused, back)
    messages.success(request, _("记下了：%(name)s 回来了。") % {"name": member.name})
    return redirect(back)


def _told(request: PersonRequest, text: str, member: MemberRow) -> HttpResponse:
    """To the page of what is no longer true, where it is said what was done."""
    messages.success(request, text)
    return redirect("upkeep", member.village_id)


def _form_page(
    request: PersonRequest, template: str, form: Form, member: MemberRow, **more: object
) -> HttpResponse:
    return form_page(request, template, form, member=member, village=member.village, **more)
