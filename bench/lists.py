"""Lists of 100,000 rows, nine of ten households linked: what a page of one costs on SQLite."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

Row = dict[str, Any]

LIMIT = 100
"""Milliseconds of a page, its rows and its total."""
SIZE = 100_000


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001 - all data is invented here
    """Fill a database of its own, in a process of its own, and ask for pages."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HELI_DATA=folder, HELI_DEMO="1", HELI_DATABASE=f"sqlite:///{folder}/heli.sqlite3")
        with multiprocessing.get_context("spawn").Pool(1) as apart:
            yield from apart.apply(_measured, (5 if quick else 21,))


def _measured(times: int) -> list[Row]:
    """The rows of the bench; the database is made from nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heli.config.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.http import QueryDict  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from heli.grids.models import HouseholdRow, Link  # noqa: PLC0415
    from heli.grids.queries.households import HOUSEHOLDS, households_of  # noqa: PLC0415
    from heli.kernel.lib.lists import find  # noqa: PLC0415
    from heli.orgs.models import Kind, Unit  # noqa: PLC0415
    from heli.people.models import MemberRow  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    village = Unit.objects.create(kind=Kind.VILLAGE, name="大村")
    HouseholdRow.objects.bulk_create(
        (
            HouseholdRow(village=village, order=n, address=f"前街{n}号", head=f"林{n % 977}", let=n % 3 == 0)
            for n in range(SIZE)
        ),
        batch_size=5000,
    )
    today = timezone.localdate()
    members = MemberRow.objects.bulk_create(
        MemberRow(village=village, order=n, name=f"苏{n}") for n in range(SIZE // 100)
    )
    keys = HouseholdRow.objects.order_by("order").values_list("pk", flat=True)
    Link.objects.bulk_create(
        (
            Link(household_id=key, member=members[n % len(members)], since=today)
            for n, key in enumerate(keys)
            if n % 10
        ),
        batch_size=5000,
    )
    found = []
    for what, query in (
        ("first page", ""),
        ("last page", "before="),
        ("searched, many found", "q=林5"),
        ("searched, none found", "q=无此户"),
        ("filtered by a column", "show=let"),
        ("filtered by who has nobody", "show=nobody"),
    ):
        taken, worked = [], time.process_time()
        for _ in range(times):
            began = time.perf_counter()
            page = find(QueryDict(query), HOUSEHOLDS, households_of(village, today))
            taken.append(1000 * (time.perf_counter() - began))
        found.append(
            {
                "what": f"{SIZE} households: {what}",
                "found": page.total,
                "median ms": round(statistics.median(taken)),
                "max ms": round(max(taken)),
                "CPU ms": round(1000 * (time.process_time() - worked) / times),
                "limit ms": LIMIT,
            }
        )
    return found
