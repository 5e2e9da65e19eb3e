"""Where a grid member comes in by personal link."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from heli.kernel.access.actor import NOBODY
from heli.kernel.access.request import PersonRequest
from heli.kernel.lib.text import clean
from heli.kernel.web.links import Outcome, open_link, place_of
from heli.kernel.web.middleware import MEMBER_KEY

STAY = 7 * 24 * 3600
"""Seconds for which a phone that came in stays in."""


class DigitsForm(forms.Form):
    """The last four digits of one's own phone number."""

    digits = forms.CharField(
        label=_("您手机号的最后四位"),
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )

    def clean_digits(self) -> str:
        """As ASCII digits, however they were typed."""
        return clean(self.cleaned_data["digits"])


@require_http_methods(["GET", "HEAD", "POST"])
def personal_link(request: PersonRequest, token: str) -> HttpResponse:
    """Ask for the last four digits of the phone; right ones lead to the member's own page.

    A link that never was, is too old or was taken back: one and the same page, without a hint.
    """
    form = DigitsForm(request.POST or None)
    closed, outcome = None, None
    if form.is_valid():
        outcome, link = open_link(token, form.cleaned_data["digits"], timezone.now())
        if outcome is Outcome.OPEN and link is not None:
            request.session.flush()
            request.session[MEMBER_KEY] = [str(link.subject), link.name, str(link.pk)]
            request.session.set_expiry(STAY)
            return HttpResponseRedirect("/me/")
        closed = link.closed_until if link is not None and outcome is Outcome.CLOSED else None
        form.add_error("digits", _("不对。请输入村里登记的那个手机号的最后四位。错5次要等，再错等得更久。"))
    place = place_of(token, timezone.localdate())
    if outcome is Outcome.GONE or place is None:
        return render(request, "web/link_gone.html", status=404)
    words = {"form": form, "closed": closed, "place_name": place}
    return render(request, "web/link.html", words, status=403 if closed else 200)


@require_POST
def sign_out(request: PersonRequest) -> HttpResponse:
    """End the session of whoever is in, so that a shared phone can be handed on."""
    request.session.flush()
    request.actor = NOBODY
    return render(request, "web/signed_out.html")
