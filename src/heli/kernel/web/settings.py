"""The page of a district's settings."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from heli.kernel.access.fetch import refuse_unless
from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.settings.commands import set_value
from heli.kernel.settings.definitions import SETTINGS, Setting
from heli.kernel.settings.queries import history, value_of
from heli.kernel.web.access import signed_in
from heli.kernel.web.submit import RowForm, form_page, submit


class SettingForm(RowForm):
    """A value and its ground."""

    value = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=120, help_text=gettext_lazy("文件名称、会议，或谁定的。")
    )

    def __init__(self, setting: Setting, now: str, data: Mapping[str, object] | None = None) -> None:
        super().__init__({"value": now}, data)
        self.fields["value"].label, self.fields["value"].help_text = str(setting.label), str(setting.help)


@signed_in
@require_safe
def district_settings(request: PersonRequest) -> HttpResponse:
    """Every setting: what holds, since when, who set it and on what ground, and what held before."""
    refuse_unless(request.actor, Verb.CONFIGURE, "")
    today = timezone.localdate()
    shown = [(one, value_of(one, today), history(one)) for one in SETTINGS.values()]
    return render(request, "web/settings.html", {"title": _("本区的设置"), "settings": shown})


@signed_in
@require_http_methods(["GET", "POST"])
def district_setting(request: PersonRequest, name: str) -> HttpResponse:
    """Change one setting."""
    refuse_unless(request.actor, Verb.CONFIGURE, "")
    setting, today = SETTINGS.get(name), timezone.localdate()
    if setting is None:
        raise Http404
    form = SettingForm(setting, value_of(setting, today), request.POST or None)

    def act() -> HttpResponse:
        asked = form.cleaned_data
        set_value(request.actor, setting, asked["value"], asked["source"], today, asked["seen"])
        messages.success(request, _("%(setting)s：改好了。") % {"setting": setting.label})
        return redirect("district_settings")

    return submit(form, act) or form_page(request, "web/form.html", form, title=setting.label)
