"""Pages about who works where: accounts and their roles."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heli.kernel.access.request import PersonRequest
from heli.kernel.lib.errors import DomainError
from heli.kernel.web.access import signed_in
from heli.kernel.web.lists import list_page
from heli.kernel.web.submit import form_page, submit
from heli.orgs import commands, queries
from heli.orgs.access import account_for, grantor
from heli.orgs.forms import AccountForm, ChangeRoleForm


@signed_in
@require_safe
def accounts(request: PersonRequest) -> HttpResponse:
    """Who has an account here, and as what."""
    grantor(request.actor)
    rows = queries.accounts_within(request.actor)
    active = rows.filter(is_active=True).count()
    return list_page(
        request,
        queries.ACCOUNTS,
        rows,
        lambda _found: queries.accounts_words(active),
        lambda accounts: queries.workers(request.actor, accounts),
        template="orgs/accounts.html",
    )


@signed_in
@require_http_methods(["GET", "POST"])
@never_cache
def account_new(request: PersonRequest) -> HttpResponse:
    """Make an account; the first password is shown on the answer and nowhere else."""
    grantor(request.actor)
    form = AccountForm(request.actor, request.POST or None)

    def act() -> HttpResponse:
        made, password = commands.make_account(request.actor, **form.cleaned_data)
        return render(request, "orgs/account_password.html", {"account": made, "password": password})

    return submit(form, act) or form_page(request, "orgs/account_new.html", form)


@signed_in
@require_http_methods(["GET", "POST"])
def account(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """One account: its role, and what can be done with it."""
    found = account_for(request.actor, key)
    form = ChangeRoleForm(request.actor, request.POST or None, initial=queries.role_of(found))

    def act() -> HttpResponse:
        commands.change_role(request.actor, found, **form.cleaned_data)
        messages.success(request, _("%(name)s 的角色改好了。") % {"name": found.get_full_name()})
        return redirect("accounts")

    return submit(form, act) or form_page(request, "orgs/account.html", form, account=found)


@signed_in
@require_POST
def account_off(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Switch an account off."""
    found = account_for(request.actor, key)
    try:
        commands.switch(request.actor, found, active=False)
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s 的账号停用了。") % {"name": found.get_full_name()})
    return redirect("accounts")


@signed_in
@require_POST
def account_on(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Switch an account on again."""
    found = account_for(request.actor, key)
    commands.switch(request.actor, found, active=True)
    messages.success(request, _("%(name)s 的账号又可以用了。") % {"name": found.get_full_name()})
    return redirect("accounts")


@signed_in
@require_POST
@never_cache
def account_password(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A new first password, shown on the answer and nowhere else."""
    found = account_for(request.actor, key)
    password = commands.new_password(request.actor, found)
    return render(request, "orgs/account_password.html", {"account": found, "password": password})
