"""A village read from a book, put into rows and planned: for the tests of runs."""

from __future__ import annotations

import datetime

from heli.duties.models import PostRow
from heli.duties.rules import slots_to_json
from heli.grids.models import HouseholdRow
from heli.kernel.access.actor import SYSTEM
from heli.kernel.jobs.work import Work
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow
from heli.people.rules import availability_to_json
from heli.plans.commands.runs import start_run
from heli.plans.models import Run
from heli.plans.rules import Options
from heli.plans.tasks.runs import make_run

DAY = datetime.date(2026, 11, 22)


def unit_of(record, zone=None):
    """The village of a book as rows."""
    unit = Unit.objects.create(kind=Kind.VILLAGE, name=record.name, parent=zone)
    HouseholdRow.objects.bulk_create(
        HouseholdRow(
            village=unit,
            order=order,
            address=h.address.text,
            lane=h.address.lane,
            number=h.address.number,
            sub=h.address.sub,
            head=h.head,
            group=h.group,
            people=h.people,
            lon=h.lon,
            lat=h.lat,
            kin=list(h.kin),
            wishes=list(h.wishes),
            no_link=h.no_link,
        )
        for order, h in enumerate(record.households)
    )
    MemberRow.objects.bulk_create(
        MemberRow(
            village=unit,
            order=order,
            name=m.name,
            home=m.home,
            force=m.force,
            group=m.group,
            born=None if m.age is None else DAY.year - m.age,
            lon=m.lon,
            lat=m.lat,
            availability=availability_to_json(m.availability),
            leader=m.leader,
            occupation=m.occupation,
            kin=list(m.kin),
            wishes=list(m.wishes),
            partners=list(m.partners),
            exempt=m.exempt,
            seats=sorted(m.seats),
        )
        for order, m in enumerate(record.members)
    )
    PostRow.objects.bulk_create(
        PostRow(
            village=unit,
            order=order,
            name=p.name,
            where=p.where,
            lon=p.lon,
            lat=p.lat,
            slots=slots_to_json(p.slots),
        )
        for order, p in enumerate(record.posts)
    )
    return unit


def silent(*_said):
    """Progress that nobody reads."""


def made(run):
    """Do the run's job here and now; the run as it is then."""
    make_run(Work(run.job, {"run": str(run.pk)}, silent))
    return Run.objects.select_related("village", "base__village").get(pk=run.pk)


def planned(unit, base=None, actor=SYSTEM, **asked):
    """A finished run of the village."""
    fresh, links = asked.pop("fresh", False), asked.pop("links", None)
    options = Options(DAY, **asked)
    return made(start_run(actor, unit, options, base, fresh=fresh, links=links))
