"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import Door, Entry, MenuEntry, SearchKind, Slice, SubjectKind


class GridsConfig(AppConfig):
    """See the module."""

    name = "heli.grids"
    label = "grids"
    heli = Slice(
        urls="heli.grids.urls",
        doors=(Door("find_member", _("找我的网格员"), _("写路名和门牌号，就知道是谁")),),
        search=(SearchKind(_("农户"), "heli.grids.queries.households.find"),),
        menu=(
            MenuEntry(
                "households",
                _("农户"),
                Verb.SEE_VILLAGE,
                Entry.HOUSEHOLDS,
                help=_("门牌号、户主，谁联系哪一户"),
                pages=(
                    "household",
                    "household_new",
                    "household_edit",
                    "household_split",
                    "household_let",
                    "household_empty",
                    "household_gone",
                    "household_near",
                ),
            ),
            MenuEntry(
                "newcomers",
                _("外来务工人员"),
                Verb.SEE_VILLAGE,
                Entry.HOUSEHOLDS,
                help=_("住在哪里、在哪家上班，只记人数"),
                pages=("newcomers_count", "newcomers_recount", "newcomers_uploads"),
            ),
        ),
        own_data="heli.grids.queries.own_data.own_data",
        importables={"newcomers": "heli.grids.imports.NewcomersRegister"},
        subjects={
            "household": SubjectKind(
                pgettext_lazy("one of them", "农户"), "heli.grids.queries.households.addresses"
            )
        },
        audit_words={
            "household.read": _("看了一户的记录"),
            "household.edit": _("改了一户"),
            "household.let": _("改了一户的出租情况"),
            "household.move_in": _("新搬来一户"),
            "household.split": _("一户分成几户"),
            "newcomers.count": _("登记新居民人数"),
            "household.empty": _("记下这户不用联系"),
            "household.lived_in": _("记下这户又有人住"),
            "household.gone": _("一户搬走了"),
            "household.back": _("一户没有搬走"),
        },
        refusals=frozenset(
            {
                "grids.division-earlier",
                "grids.household-twice",
                "grids.newcomers-changed",
            }
        ),
    )
