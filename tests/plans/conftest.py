"""What the tests of the whole job share."""

import io
import json

import pytest
from django.core.management import call_command
from django.utils import timezone
from tests.plans.books import save, village

from heli.kernel.access.queries import actor_of


@pytest.fixture
def book(tmp_path):
    """A small village's book, as rows to change before :func:`tables` reads it."""
    return village()


@pytest.fixture
def tables(tmp_path):
    """Run ``heli tables`` on rows or a path; gives the folder, the plan and what was said."""

    class Run:
        def __init__(self, rows, *words, name="青溪村"):
            path = save(tmp_path / f"{name}.xlsx", rows) if isinstance(rows, dict) else rows
            self.out = tmp_path / "out"
            said = io.StringIO()
            try:
                call_command(
                    "tables", str(path), "-o", str(self.out), "--date", "2026-11-22", *words, stdout=said
                )
            finally:
                self.said = said.getvalue()
            plan = self.out / "plan.json"
            self.plan = json.loads(plan.read_text("utf-8")) if plan.exists() else None

        @property
        def links(self):
            return {link["household"]: link["member"] for link in self.plan["division"]["links"]}

        @property
        def codes(self):
            return [problem["code"] for problem in self.plan["problems"]]

    return Run


@pytest.fixture
def actor(world):
    """The unit officer of 青溪村."""
    return actor_of(world.unit_officer)


@pytest.fixture
def today():
    """The day it is where the tests stand."""
    return timezone.localdate()
