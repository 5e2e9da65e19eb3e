"""A plan on its way from the solver to the wall."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone

from heli.kernel.lib.records import from_json
from heli.kernel.lib.rows import Row
from heli.plans.rules.facts import Asked, Change, RunFacts, facts_from_json


class RunState(models.TextChoices):
    """Where a plan is."""

    PLANNING = "planning"
    DRAFT = "draft"  # made, under review
    FAILED = "failed"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class Run(Row):
    """One plan of a village; ``revision`` is the village's then.

    ``options`` is ``rules.facts.Asked`` as JSON, ``facts`` is ``RunFacts``, ``problems`` are ``KeptProblem``.
    ``version`` grows with every change by hand: a form that carries an older one is told. ``base`` is the
    run it was planned again from, whose differences are shown.
    """

    village = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.PLANNING)
    options = models.JSONField(default=dict)
    revision = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=0)
    base = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    job = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=80)
    _read: tuple[object, RunFacts] | None = None

    class Meta:
        ordering = ("-created_at",)

    @property
    def asked(self) -> Asked:
        """What was asked of it."""
        return from_json(self.options, Asked)

    @property
    def record(self) -> RunFacts:
        """What is kept of it beside its rows. Raises ``DomainError``: a newer Heli made it.

        A page asks often: it is read once, and anew when ``facts`` is another object.
        """
        read = self._read
        if read is None or read[0] is not self.facts:
            self._read = read = (self.facts, facts_from_json(self.facts))
        return read[1]


class PlannedLink(Row):
    """A household's member in a plan: how far (metres or steps), why (code and parameters), pinned or not."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="links")
    household = models.ForeignKey("grids.HouseholdRow", models.CASCADE, related_name="+")
    member = models.ForeignKey("people.MemberRow", models.CASCADE, related_name="+")
    distance = models.IntegerField()
    why = models.JSONField(default=dict)
    pinned = models.BooleanField(default=False)

    class Meta:
        constraints = (UniqueConstraint("run", "household", name="one_link_a_household"),)


class PlannedSeat(Row):
    """One seat of a plan's roster; ``member`` empty: nobody could be found, ``why`` says the reason."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="seats")
    week = models.PositiveSmallIntegerField()
    weekday = models.PositiveSmallIntegerField()
    slot = models.CharField(max_length=40)
    post = models.ForeignKey("duties.PostRow", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    place = models.PositiveSmallIntegerField(default=0)
    member = models.ForeignKey("people.MemberRow", models.CASCADE, null=True, related_name="+")
    why = models.CharField(max_length=200, blank=True)
    pinned = models.BooleanField(default=False)

    class Meta:
        ordering = ("week", "weekday", "slot", "post__order", "place")


class Edit(Row):
    """A change by hand, so that it can be undone: the row's member and pin before and after."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=60)
    before = models.JSONField()
    after = models.JSONField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)
    undone = models.BooleanField(default=False)

    class Meta:
        ordering = ("number",)
        constraints = (UniqueConstraint("run", "number", name="edit_number"),)

    @property
    def was(self) -> Change:
        """The rows before it."""
        return from_json(self.before, Change)

    @property
    def now(self) -> Change:
        """The rows after it."""
        return from_json(self.after, Change)


class Drawing(Row):
    """A file drawn from a published table: ``publication`` is the table's key, ``what`` the kind of file."""

    publication = models.UUIDField()
    what = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    file = models.ForeignKey("files.File", models.CASCADE, related_name="+")

    class Meta:
        constraints = (UniqueConstraint("publication", "what", "language", name="drawn_once"),)
