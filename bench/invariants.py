"""What must be true of a district's database whatever happened to the server: a list of what is not.

Imported once Django is set up; :func:`main` prints the list as JSON. Its word is a file of what the server
acknowledged.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db.models import Count

from heli.duties.models import OVER, Roster, Swap, SwapState
from heli.grids.models import Division, Link
from heli.kernel.audit.models import Event
from heli.kernel.imports.models import Upload, UploadState
from heli.kernel.jobs.models import Job, State
from heli.plans.models import Run, RunState

Claim = dict[str, Any]


def violations(claims: list[Claim]) -> list[str]:
    """One sentence for each thing that is not as it must be; of ``claims`` what is not in the database."""
    return [*_tables(), *_swaps(), *_jobs(), *_chain(), *_lost(claims)]


def _tables() -> Iterator[str]:
    """Published versions follow each other without a hole, whole, and each by one publication."""

    for kind in (Division, Roster):
        rows = list(kind.objects.order_by("village", "number"))
        for one, after in pairwise(rows):
            if one.village_id == after.village_id and (
                after.number != one.number + 1 or one.until != after.since
            ):
                yield f"{kind.__name__} {one.number} and {after.number} do not follow each other"
        name = kind.__name__.lower()
        told = Event.objects.filter(verb="publish", subject__startswith=f"{name}:").count()
        # a seeded zone has tables that no command published
        if told > len(rows):
            yield f"{told} publications of {len(rows)} {name} tables"
    yield from _links()
    yield from _turns()


def _links() -> Iterator[str]:
    """The newest table of a village that begins on a day says how many households had a member on it."""

    newest = {(row.village_id, row.since): row for row in Division.objects.order_by("number").defer("table")}
    for (village, since), row in newest.items():
        event = Event.objects.filter(verb="publish", subject=f"division:{row.pk}").first()
        held = Link.objects.filter(household__village=village, since__lte=since).exclude(until__lte=since)
        if event is not None and held.count() != event.facts["households"]:
            yield f"division {row.number}: {event.facts['households']} households, {held.count()} links"


def _turns() -> Iterator[str]:

    for row in Roster.objects.defer("table"):
        event = Event.objects.filter(verb="publish", subject=f"roster:{row.pk}").first()
        if event is not None and row.turns.count() != event.facts["seats"]:
            yield f"roster {row.number}: {event.facts['turns']} turns, {row.turns.count()} kept"


def _swaps() -> Iterator[str]:

    open_ = Swap.objects.exclude(state__in=OVER).values("turn", "date")
    for twice in open_.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"turn {twice['turn']} on {twice['date']}: {twice['n']} swaps"
    for swap in Swap.objects.filter(state=SwapState.ACCEPTED, taker=None, stand_in=""):
        yield f"swap {swap.pk}: accepted by nobody"
    taken = Swap.objects.filter(state=SwapState.ACCEPTED).exclude(taker=None)
    at_once = taken.values("taker", "date", "turn__start").annotate(n=Count("pk")).filter(n__gt=1)
    for one in at_once:
        yield f"member {one['taker']} has {one['n']} taken turns at {one['turn__start']} on {one['date']}"


def _jobs() -> Iterator[str]:
    """Nothing is left over by a job, and each is done once."""

    left = Job.objects.filter(state__in=(State.WAITING, State.RUNNING)).count()
    if left:
        yield f"{left} jobs are not over"
    for run in Run.objects.filter(state=RunState.PLANNING):
        yield f"run {run.pk} is being planned by nobody"
    for upload in Upload.objects.filter(state=UploadState.READING).defer("rows", "preview"):
        yield f"upload {upload.pk} is being read by nobody"
    for run in Run.objects.filter(state__in=(RunState.DRAFT, RunState.PUBLISHED)):
        made = Event.objects.filter(verb="run.made", subject=f"run:{run.pk}").count()
        if made != 1 or not run.links.exists() or not run.seats.exists():
            yield f"run {run.pk}: made {made} times, {run.links.count()} links, {run.seats.count()} seats"
    for upload in Upload.objects.filter(state__in=(UploadState.IMPORTED, UploadState.UNDONE)).values("pk"):
        about = Event.objects.filter(subject=f"upload:{upload['pk']}")
        taken = about.filter(verb="upload.import").count()
        if taken != 1:
            yield f"upload {upload['pk']}: imported {taken} times"


def _chain() -> Iterator[str]:
    done = subprocess.run(
        [sys.executable, "-m", "heli", "audit", "verify"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        yield f"audit: {done.stdout.strip() or done.stderr.strip()}"


def _lost(claims: list[Claim]) -> Iterator[str]:
    """What was acknowledged is there."""

    for claim in claims:
        if claim["what"] == "swap":
            kept = Swap.objects.filter(turn=claim["turn"], date=claim["date"], taker=claim["taker"])
        elif claim["what"] == "run":
            kept = Run.objects.filter(pk=claim["key"], state__in=claim["states"])
        else:
            kept = Upload.objects.filter(pk=claim["key"], state__in=claim["states"])
        if not kept.exists():
            yield f"acknowledged and lost: {claim}"


def main(claims: str) -> None:
    """Judge the database that the environment names; ``claims`` is the file of what was acknowledged."""
    sys.stdout.write(json.dumps(violations(json.loads(Path(claims).read_text())), ensure_ascii=False))
