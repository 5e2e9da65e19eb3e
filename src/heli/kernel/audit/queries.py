"""Read the audit: a page of it, and whether the chain is whole."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from django import forms
from django.apps import apps
from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.accounts.models import Account
from heli.kernel.audit import seal
from heli.kernel.audit.models import Event, Head
from heli.kernel.lib import registry
from heli.kernel.lib.fields import DayField
from heli.kernel.lib.lists import Column, Filter, List
from heli.kernel.lib.rows import Row
from heli.kernel.lib.text import clean
from heli.kernel.lib.todo import Asked, Sign, Todo

FIRST = "0" * 64
"""What the first line carries as the hash before it."""
WEEK = ngettext_lazy("这一周%(count)d件操作记录", "这一周%(count)d件操作记录", "count")
SWAPS = 500
"""So many lines at most are tried for having changed places; beyond, they are called changed."""


class Fault(StrEnum):
    """What is wrong with a line."""

    CHANGED = "changed"
    MISSING = "missing"
    MOVED = "moved"
    LOOSE = "loose"  # whole in itself, but it does not follow from the line before
    EXTRA = "extra"  # written past ``record``
    OTHER = "other"  # not the line that was there: the file of heads, or the person who asks, says so
    PUT_BACK = "put_back"  # the whole database is older than the last restore that is known
    EMPTY = "empty"  # no line at all where there are rows
    KEY = "key"  # proved with another key


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of the chain: the number of the line."""

    number: int
    fault: Fault


def head() -> tuple[int, str]:
    """The number and the proof of the last line, to be kept elsewhere: ``verify`` takes them as ``since``."""
    row = Head.objects.filter(pk=1).first() or Head()
    return row.number, row.hash


def fits_key() -> bool:
    """Whether this installation's key is the one that proves the lines so far; an empty audit fits any."""
    found = Head.objects.first()
    return found is None or found.fits(seal.key_name())


def was_done(verb: str) -> bool:
    """Whether it was ever done in the chosen district."""
    return Event.objects.filter(verb=verb).exists()


def verify(since: tuple[int, str] | None = None, *, kept: bool = True) -> tuple[int, list[Finding]]:
    """How many lines the chain has, and what is wrong with it, by number; nothing is written.

    ``since`` is a head that was seen before: its line must be there. So must, with ``kept``, those in the
    file of heads. May run while others write: lines that come later are not looked at.
    """
    heads = seal.kept_heads() if kept else {}  # first: what is added from now on is not looked at
    top = Event.objects.aggregate(top=Max("number"))["top"] or 0
    end = Head.objects.filter(pk=1).first() or Head()
    if end.key not in ("", seal.key_name()):
        return top, [Finding(end.number, Fault.KEY)]
    if not end.number and not top and _any_rows():
        return 0, [Finding(0, Fault.EMPTY)]
    faults = [Finding(number, Fault.EXTRA) for number in range(end.number + 1, top + 1)[:SWAPS]]
    chain = _Chain(end, heads, since)
    for event in Event.objects.filter(number__lte=end.number).order_by("number").iterator(2000):
        chain.look_at(event)
    faults += chain.end()
    return chain.count, sorted(faults, key=lambda finding: finding.number)


class _Chain:
    """The lines from the first to the head, looked at one after the other."""

    def __init__(self, head: Head, heads: dict[str, dict[int, str]], since: tuple[int, str] | None):
        self.count, self.faults = 0, list[Finding]()
        self._head, self._heads = head, heads
        self._seen = {} if since is None else {since[0]: since[1]}
        self._proved_from, self._former = _sealed(head)
        self._before, self._expected, self._sound = FIRST, 1, True
        self._wrong: list[Event] = []
        self._era = ""
        self._last_era = next(reversed(heads), "")
        self._missed = dict(heads.get(self._last_era, {}))
        self._others: list[Finding] = []

    def look_at(self, event: Event) -> None:
        """The next line."""
        self.count += 1
        self.faults += [
            Finding(number, Fault.MISSING) for number in range(self._expected, event.number)[:SWAPS]
        ]
        gap = event.number != self._expected
        whole = self._whole(event)
        if not whole:
            self._wrong.append(event)
        elif event.before != self._before and self._sound and not gap:
            self.faults.append(Finding(event.number, Fault.LOOSE))
        if whole and event.verb == "restore" and event.number >= self._proved_from:
            self._era = seal.era_of(event)
        if whole and self._seen.pop(event.number, event.hash) != event.hash:
            self.faults.append(Finding(event.number, Fault.OTHER))
        if whole and self._missed.pop(event.number, event.hash) != event.hash:
            self._others.append(Finding(event.number, Fault.OTHER))
        self._before, self._expected, self._sound = event.hash, event.number + 1, whole

    def end(self) -> list[Finding]:
        """What is wrong, when there is no next line."""
        number = self._head.number
        self.faults += [Finding(line, Fault.MISSING) for line in range(self._expected, number + 1)[:SWAPS]]
        if self._expected == number + 1 and self._before != self._head.hash and self._sound:
            self.faults.append(Finding(number, Fault.LOOSE))
        if self._era == self._last_era:
            self.faults += self._others
            self._seen.update(self._missed)
        elif self._era in self._heads or not self._era:
            self.faults.append(Finding(number, Fault.PUT_BACK))
        self.faults += [Finding(line, Fault.MISSING) for line in sorted(self._seen) if line > number][:SWAPS]
        self.faults += _changed(self._wrong)
        return self.faults

    def _whole(self, event: Event) -> bool:
        """Whether the line is proved, or was before there was a key."""
        if event.number >= self._proved_from:
            return seal.digest(event) == event.hash
        return self._former == "lost" or seal.plain_digest(event) == event.hash


def _sealed(head: Head) -> tuple[int, str]:
    """The first line that must be proved with the key, and what the lines before have (``former``).

    Only a line that is proved itself says so: without one, all must be proved.
    """
    found = Event.objects.filter(verb=seal.SEALED, number__lte=head.number).order_by("-number")
    for event in found[:SWAPS]:
        if seal.digest(event) == event.hash:
            return event.number, str(event.facts["former"])
    return 1, ""


def _any_rows() -> bool:
    """Whether anything is kept at all beside the audit."""
    tables = (model for model in apps.get_models() if issubclass(model, Row) and model is not Event)
    return any(model._default_manager.exists() for model in tables)


def _changed(wrong: Sequence[Event]) -> Iterable[Finding]:
    """Which of them only changed places with others of them."""
    numbers = [event.number for event in wrong][:SWAPS]
    for event in wrong:
        moved = any(seal.digest(event, number) == event.hash for number in numbers)
        yield Finding(event.number, Fault.MOVED if moved else Fault.CHANGED)


@dataclass(frozen=True, slots=True)
class Line:
    """One line for the page: no key, no facts. ``who`` is an account's name, a grid member or the system;
    ``whom`` what it was done to, ``where`` the unit's name; either may be empty."""

    number: int
    at: datetime.datetime
    who: str
    what: str
    whom: str
    where: str


def lines_seen_by(actor: Actor) -> QuerySet[Event]:
    """The lines that the actor may read."""
    return Event.objects.filter(actor.within(Verb.READ_AUDIT, "scope"))


def todo(asked: Asked) -> Iterator[Todo]:
    """For those whose work it is to read the audit and who change nothing: how much was done this week."""
    if asked.unit is not None or not asked.actor.scopes(Verb.READ_AUDIT) or asked.actor.scopes(Verb.EDIT):
        return
    monday = asked.today - datetime.timedelta(days=asked.today.weekday())
    start = timezone.make_aware(datetime.datetime.combine(monday, datetime.time()))
    count = lines_seen_by(asked.actor).filter(at__gte=start).count()
    yield Todo(
        key="audit",
        sign=Sign.WAIT,
        what=ngettext("这一周记下%(count)d件事", "这一周记下%(count)d件事", count) % {"count": count},
        address=reverse("audit"),
        button=gettext("看操作记录"),
        number=count,
        counts=WEEK,
    )


def lines_of(actor: Actor, events: Sequence[Event]) -> list[Line]:
    """The lines in words; a query for each kind of name.

    Names of people and houses are whole for an actor who may see the village, else their first character.
    """
    accounts = Account.objects.in_bulk({event.account for event in events if event.account})
    units = registry.unit_names({event.scope for event in events if event.scope})
    names, words = _names(events), registry.audit_words()
    kinds = registry.subjects()

    def named(event: Event, kind: str, key: str) -> str:
        name = names.get((kind, key), "")
        if name and not actor.may(Verb.SEE_VILLAGE, event.scope):
            name = masked_name(name)
        return f"{kinds[kind].label} {name}".strip() if kind in kinds else ""

    def who(event: Event) -> str:
        if event.account in accounts:
            return accounts[event.account].get_full_name()
        return gettext("系统") if event.member is None else named(event, "member", str(event.member))

    return [
        Line(
            number=event.number,
            at=timezone.localtime(event.at),
            who=who(event),
            what=str(words.get(event.verb, event.verb)),
            whom=named(event, *event.subject.partition(":")[::2]),
            where=units.get(event.scope, ""),
        )
        for event in events
    ]


def _names(events: Sequence[Event]) -> dict[tuple[str, str], str]:
    """(kind, key) → what the subjects of the lines are called, and the members who did something."""
    keys: dict[str, set[str]] = {}
    for event in events:
        kind, _colon, key = event.subject.partition(":")
        keys.setdefault(kind, set()).add(key)
        if event.member is not None:
            keys.setdefault("member", set()).add(str(event.member))
    return {
        (kind, str(key)): name
        for kind, subject in registry.subjects().items()
        if kind in keys
        for key, name in import_string(subject.names)(_uuids(keys[kind])).items()
    }


def _uuids(keys: Iterable[str]) -> list[uuid.UUID]:
    found = []
    for key in keys:
        with suppress(ValueError):  # a subject need not be a row
            found.append(uuid.UUID(key))
    return found


def masked_name(name: str) -> str:
    """The first character of a name, and that there is more."""
    return name[:1] + "＊＊"


def verbs_said_as(verb: str) -> list[str]:
    """The verbs that are called what this one is: a reader knows their words alone."""
    words = registry.audit_words()
    return [other for other, said in words.items() if verb in words and str(said) == str(words[verb])]


def _verb_choices() -> list[tuple[str, str]]:
    """Each deed once, by its words."""
    said: dict[str, str] = {}
    for verb, words in registry.audit_words().items():
        said.setdefault(str(words), verb)
    return [("", gettext("全部")), *((verb, words) for words, verb in sorted(said.items()))]


def _on(day: datetime.date) -> Q:
    start = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
    return Q(at__gte=start, at__lt=start + datetime.timedelta(days=1))


AUDIT = List(
    name="audit",
    label=_("操作记录"),
    order=("-number",),
    filters={
        "who": Filter(
            lambda: forms.CharField(label=_("谁（姓名）"), required=False, max_length=80),
            lambda name: Q(account__in=Account.objects.filter(name__icontains=clean(name)).values("pk")),
        ),
        "day": Filter(lambda: DayField(label=_("哪一天"), required=False), _on),
        "verb": Filter(
            lambda: forms.ChoiceField(label=_("什么事"), required=False, choices=_verb_choices()),
            lambda verb: Q(verb__in=verbs_said_as(verb)),
        ),
    },
    columns=(
        Column(_("做了什么"), lambda line: line.what, head=True),
        Column(_("对谁、什么"), lambda line: line.whom),
        Column(_("谁"), lambda line: line.who),
        Column(_("在哪里"), lambda line: line.where),
        Column(_("时间"), lambda line: line.at),
        Column(_("编号"), lambda line: line.number, wide=True),
    ),
    empty=_("还没有记录。"),
    counted=False,
)
"""What was done, the newest first, of :class:`Line`."""
