"""What the slice holds on a member, for themselves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heli.grids.models import Link
from heli.kernel.lib.own_data import Part
from heli.people.models import MemberRow


def own_data(member: MemberRow) -> tuple[Part, ...]:
    """The households that were linked to the member; of other people nothing but these addresses."""
    links = (
        Link.objects.filter(member=member).select_related("household").order_by("since", "household__order")
    )
    rows = tuple((str(link.household), link.since, link.last_day) for link in links)
    columns = (("address", _("门牌号")), ("since", _("从")), ("last", _("到")))
    clauses = (_("%(address)s：%(since)s起"), _("到%(last)s"))
    return (Part("households", _("联系的户"), columns, rows, clauses),)
