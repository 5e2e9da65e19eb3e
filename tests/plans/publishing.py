"""The village of the small zone with a plan made and, if wished, put in force."""

from __future__ import annotations

import datetime

from django.utils import timezone
from tests.plans.planned import made

from heli.kernel.access.queries import actor_of
from heli.plans.commands.publish import publish
from heli.plans.commands.runs import start_run
from heli.plans.models import Run
from heli.plans.rules import Options


def monday_after(day):
    return day + datetime.timedelta(days=7 - day.weekday())


def draft(world, base=None, day=None, **asked):
    """A plan of 青溪村 under review; whoever is in it may have one to six households."""
    options = Options(**{"low": 1, "high": 6, "seconds": 2.0, "date": day or timezone.localdate(), **asked})
    return made(start_run(actor_of(world.unit_officer), world.village, options, base))


def in_force(world, day=None, **asked):
    """A plan of 青溪村, its links in force from ``day``, its roster from the Monday after."""
    run, day = draft(world, day=day, **asked), day or timezone.localdate()
    publish(actor_of(world.unit_officer), run.pk, run.version, day, monday_after(day), day)
    return Run.objects.get(pk=run.pk)
