"""A book handed in."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils import timezone

from heli.kernel.imports.compare import Undo
from heli.kernel.imports.reading import Fix, ReadProblem, Said
from heli.kernel.lib.records import from_json
from heli.kernel.lib.rows import Row


class UploadState(models.TextChoices):
    """Where a book handed in is."""

    READING = "reading"
    READ = "read"  # problems and preview are there; nothing is imported yet
    REFUSED = "refused"  # cannot be read at all
    IMPORTED = "imported"
    UNDONE = "undone"


OPEN = (UploadState.READING, UploadState.READ, UploadState.REFUSED)
"""States of a book that is not imported yet."""
LARGE = ("rows", "undo", "phones", "preview", "problems", "understood")
"""Fields of an upload that only the pages which show them load."""


class Upload(Row):
    """A unit's book handed in: the files, what was found in them, and how to take their import back.

    ``what`` is the code of the ``Importable`` that reads and writes it. ``files`` are the files handed in,
    ``[{"key", "name", "size"}]``; they are deleted after their time. ``fixes`` are cells corrected on the
    page: ``[{"sheet", "row", "column", "was", "text"}]``, applied to the sheets whenever they are read.
    ``version`` grows with each reading. ``problems`` carry code, parameters, place and the row's cells,
    phones and IDs masked; ``understood`` are the free texts that were read, ``[[sheet, row, column, text,
    words]]``. ``rows`` is the book as read, in the form of its ``Importable``; ``facts`` its counts;
    ``preview`` what an import would change in what was kept when ``revision`` was its version. ``undo`` is
    what the import changed, as it was before. ``same`` are the answers whether two names mean the same,
    ``[[kind of rows, name in the book, name kept, yes]]``. ``phones`` wait here, unshown, for the import,
    and the numbers from before for its undoing.
    """

    what = models.CharField(max_length=20)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    files = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.READING)
    fixes = models.JSONField(default=list)
    same = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    problems = models.JSONField(default=list)
    understood = models.JSONField(default=list)
    rows = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    preview = models.JSONField(default=dict)
    phones = models.JSONField(default=dict)
    undo = models.JSONField(default=dict)
    revision = models.CharField(max_length=64, blank=True)
    job = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-created_at",)

    @property
    def fixed(self) -> tuple[Fix, ...]:
        """The cells corrected on the page."""
        return from_json(self.fixes, tuple[Fix, ...])

    @property
    def found(self) -> tuple[ReadProblem, ...]:
        """The problems that were found in it."""
        return from_json(self.problems, tuple[ReadProblem, ...])

    @property
    def said(self) -> tuple[Said, ...]:
        """The free texts that were read."""
        return from_json(self.understood, tuple[Said, ...])

    @property
    def undone(self) -> Mapping[str, Undo]:
        """What its import changed, by kind of rows."""
        return from_json(self.undo, dict[str, Undo])
