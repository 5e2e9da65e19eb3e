"""Books handed in, as their pages show them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from heli.kernel.jobs.models import Job, State
from heli.orgs.models import Unit
from heli.people.models import Phone
from heli.plans.models import LARGE, Upload, UploadState
from heli.plans.queries.compare import Comparison, Part, compare
from heli.plans.rules import Village

Json = dict[str, Any]

PARTS = ("households", "members", "posts")
KINDS = ("new", "changed", "gone")
RISKY_SHARE = 0.2
"""From this share of rows gone on, an import must be confirmed: it may be the wrong book."""


def last_uploads(village: Unit, most: int = 30) -> list[Upload]:
    """The village's last uploads, newest first."""
    return list(Upload.objects.filter(village=village).defer(*LARGE)[:most])


def reading_job(upload: Upload) -> Job | None:
    """The job that still has the upload in hand: waiting or running."""
    if upload.job is None:
        return None
    return Job.objects.filter(pk=upload.job, state__in=(State.WAITING, State.RUNNING)).first()


def may_undo(upload: Upload) -> bool:
    """Whether its import is the last thing that happened to the village's rows."""
    return upload.state == UploadState.IMPORTED and upload.village.revision == upload.facts.get("after")


def preview_of(book: Village, village: Unit, phones: Mapping[str, Any], today: datetime.date) -> Json:
    """What importing the book would change, as plain JSON: labels and values before and after, no phones."""
    found = compare(book, village, today)
    shown = {name: _shown(getattr(found, name), name) for name in PARTS}
    return {**shown, "phones": phone_counts(found, phones, village)}


def _shown(part: Part[Any], name: str) -> Json:
    return {
        "spoken": part.spoken,
        "new": [_label(values, name) for _at, values in part.new],
        "changed": [
            [
                _label({key: getattr(change.row, key) for key in _LABELS[name]}, name),
                change.back,
                [[field, *pair] for field, pair in change.seen.items()],
            ]
            for change in part.seen
        ],
        "gone": [_label({key: getattr(row, key) for key in _LABELS[name]}, name) for row in part.gone],
        "same": part.same + len(part.changed) - len(part.seen),
        "silent": sorted(part.silent),
    }


_LABELS = {"households": ("address", "head"), "members": ("name", "home"), "posts": ("name", "where")}


def _label(values: Mapping[str, Any], name: str) -> list[str]:
    return [values[key] for key in _LABELS[name]]


def phone_counts(found: Comparison, phones: Mapping[str, Any], village: Unit) -> Json:
    """How many phones are new and how many differ from those kept."""
    kept = dict(Phone.objects.filter(village=village).values_list("owner", "number"))
    new = changed = 0
    for name in ("households", "members"):
        owner = getattr(found, name).owner
        for at, number in phones.get(name, {}).items():
            row = owner.get(int(at))
            before = kept.get(row.pk) if row else None
            new += before is None
            changed += before is not None and before != number
    return {"new": new, "changed": changed}


def counts_of(preview: Json) -> Json:
    """How many of every kind: ``{"households": {"new": 3, …}, …, "phones": {…}}``."""
    counts: Json = {
        name: {kind: len(preview[name][kind]) for kind in KINDS}
        | {
            "same": preview[name]["same"],
            "spoken": preview[name]["spoken"],
            "silent": preview[name]["silent"],
        }
        for name in PARTS
    }
    return {**counts, "phones": preview["phones"]}


def is_empty(counts: Json) -> bool:
    """Whether an import would change nothing that is shown."""
    return not any(counts[name][kind] for name in PARTS for kind in KINDS) and not any(
        counts["phones"].values()
    )


def risks(upload: Upload) -> list[str]:
    """Why an import must be confirmed: ``gone`` (many rows gone), ``name`` (another village's name)."""
    counts = upload.facts.get("changes")
    if not counts:
        return []
    found = []
    for name in ("households", "members"):
        there = counts[name]["gone"] + counts[name]["changed"] + counts[name]["same"]
        if there and counts[name]["gone"] > max(RISKY_SHARE * there, 2):
            found.append("gone")
    named, called = upload.facts.get("named", ""), upload.village.name
    if named and named not in called and called not in named:
        found.append("name")
    return sorted(set(found))


def page_of(rows: Sequence[Any], page: int, size: int) -> tuple[Sequence[Any], int, int]:
    """One page of a list, its number (from 1, brought within bounds), and how many there are."""
    pages = max(-(-len(rows) // size), 1)
    page = min(max(page, 1), pages)
    return rows[(page - 1) * size : page * size], page, pages
