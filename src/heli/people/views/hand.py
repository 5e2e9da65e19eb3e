"""Pages about one member: changed by hand, absent, no longer serving."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.stale import CHANGED, fingerprint
from heli.kernel.web.access import known
from heli.kernel.web.request import PersonRequest
from heli.people import commands
from heli.people.access import member_for
from heli.people.forms import AbsenceForm, LeaveForm, MemberForm


@known
def member_edit(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Change what the village knows of a member."""
    member = member_for(request.actor, key, Verb.EDIT)
    form = MemberForm(member, timezone.localdate(), request.POST or None)
    differences = []
    if form.is_valid():
        try:
            commands.edit_member(request.actor, member, form.facts, form.cleaned_data["seen"])
        except DomainError as refused:
            form.add_error(None, str(refused))
            if refused.code == CHANGED:
                differences = form.differences()
                form.data = request.POST.copy()
                form.data["seen"] = fingerprint(form.now)
        else:
            messages.success(request, _("%(name)s 的情况改好了。") % {"name": member.name})
            return redirect("keep", member.village_id)
    context = {"member": member, "village": member.village, "form": form, "differences": differences}
    return render(request, "people/member_edit.html", context)


@known
def member_leave(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Say from when on a member no longer serves, or take it back."""
    member = member_for(request.actor, key, Verb.EDIT)
    form = LeaveForm(request.POST or None, initial={"day": member.left_on or timezone.localdate()})
    if request.method == "POST" and "back" in request.POST:
        commands.leave(request.actor, member, None)
        messages.success(request, _("%(name)s 照常参加。") % {"name": member.name})
        return redirect("keep", member.village_id)
    if form.is_valid():
        commands.leave(request.actor, member, form.cleaned_data["day"])
        if form.cleaned_data["day"] <= timezone.localdate():
            commands.unlink_member(request.actor, member, timezone.now())
        messages.success(request, _("记下了：%(name)s 不再参加。") % {"name": member.name})
        return redirect("keep", member.village_id)
    context = {"member": member, "village": member.village, "form": form}
    return render(request, "people/member_leave.html", context)


@known
def member_absence(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Say on which days a member cannot, or that they are back."""
    member = member_for(request.actor, key, Verb.EDIT)
    today = timezone.localdate()
    form = AbsenceForm(request.POST or None, initial={"since": today})
    if form.is_valid():
        try:
            commands.set_absent(request.actor, member, **form.cleaned_data)
        except DomainError as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("记下了：%(name)s 这几天不能来。") % {"name": member.name})
            return redirect("keep", member.village_id)
    absences = member.absences.order_by("-since")
    context = {
        "member": member,
        "village": member.village,
        "form": form,
        "absences": absences,
        "today": today,
    }
    return render(request, "people/member_absence.html", context)


@known
def member_back(request: PersonRequest, key: uuid.UUID, absence: uuid.UUID) -> HttpResponse:
    """The member is back from today on."""
    member = member_for(request.actor, key, Verb.EDIT)
    if request.method == "POST":
        commands.end_absence(request.actor, member, absence, timezone.localdate())
        messages.success(request, _("记下了：%(name)s 回来了。") % {"name": member.name})
    return redirect("member_absence", member.pk)
