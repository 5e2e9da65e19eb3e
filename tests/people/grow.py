"""More for the pages of people to list."""

import datetime

from django.utils import timezone

from heli.kernel.access.actor import SYSTEM
from heli.people.commands import set_absent
from heli.people.models import MemberRow


def grow(world, _folder, _mark):
    """One more member is away."""
    today = timezone.localdate()
    *_rest, away = MemberRow.objects.filter(village=world.village, absences=None).order_by("order")
    set_absent(SYSTEM, away, today, today + datetime.timedelta(days=20), "生病")
