"""What each slice adds to the whole: stated as ``heli`` on its ``AppConfig``, read once after the start.

``INSTALLED_APPS`` is the one list of slices; from it everything else here is derived. Functions are named by
their import path, so that to state them loads nothing.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Protocol, TypeVar

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from heli.kernel.lib.own_data import Part
from heli.kernel.lib.todo import Asked, Todo


class Serving(Protocol):
    """A member who serves: their name, the path and the name of their village, their number or empty."""

    name: str
    scope: str
    place: str
    phone: str


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job.

    ``does`` is the function that does it, ``(work) -> result``. ``verb`` is the ``Verb`` that whoever started
    it must be allowed in the job's scope, still when it runs. ``unfinished``, given the job's key, is called
    when the job failed for good or was cancelled, in the same transaction, so that nothing waits for a job
    that is over; it must leave alone what waits no more. Empty: nothing waits.
    """

    does: str
    verb: str
    unfinished: str = ""


class Entry(StrEnum):
    """The lasting entries of every page, in their order; what they are called stands in ``kernel.web.menu``.

    A village has ``DUTY``, a zone ``ORGANISATIONS`` in its place.
    """

    TODAY = "today"
    HOUSEHOLDS = "households"
    DUTY = "duty"
    ORGANISATIONS = "organisations"
    VENUES = "venues"
    REPORTS = "reports"
    MORE = "more"


class Level(StrEnum):
    """Where a page stands: of one village, whose key its address takes; of the whole zone; of every place
    alike, for whoever may do its verb somewhere; of the district, for whoever may do it in all of it; of the
    member who came by personal link."""

    VILLAGE = "village"
    ZONE = "zone"
    EVERYWHERE = "everywhere"
    DISTRICT = "district"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of kept file: the ``Verb`` that one must be allowed in its owner to get it, and how many days
    it is kept (``None``: as long as what it belongs to).
    """

    verb: str
    keep_days: int | None = None


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link to a page: the name of its URL, what it is called, the ``Verb`` that one must be allowed.

    It stands below ``entry``; ``help`` says in a line what is there. ``pages`` are the names of the URLs that
    one comes to from it: they belong to the same entry and lead back to it. A member needs no verb.
    """

    url: str
    label: Promise
    verb: str = ""
    entry: Entry = Entry.MORE
    level: Level = Level.VILLAGE
    help: Promise | str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """A page for people without an account: the name of its URL, what it is called, what is there."""

    url: str
    label: Promise
    help: Promise


@dataclass(frozen=True, slots=True)
class Place:
    """A zone or a village that somebody may open; ``path`` is the unit's, to which roles are scoped."""

    key: uuid.UUID
    path: str
    name: str
    level: Level


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Something that was found: its name, what tells it from others of that name, the address of its page."""

    name: str
    detail: str
    address: str


@dataclass(frozen=True, slots=True)
class SearchKind:
    """A kind of thing that can be searched for: what it is called, and the function that finds it.

    ``finds`` is ``(actor, text, most) -> Iterable[SearchResult]``: at most so many, and only what the actor
    may see; never a phone number.
    """

    label: Promise
    finds: str


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """What a kind of subject of the audit (``member`` of ``member:<key>``) is called, and the function that
    names such subjects: ``(keys) -> {key: name}``, in one query."""

    label: Promise
    names: str


@dataclass(frozen=True, slots=True)
class Slice:
    """What a slice adds.

    ``urls`` is the module of its addresses. ``audit_words`` are the verbs that it records, with what the
    audit page calls them; ``refusals`` the codes of its ``DomainError``s, ``slice.what-in-kebab-case``. A
    code says which rule stands in the way; the words stand where it is raised, since one rule may be met in
    several places. ``jobs`` are its kinds of jobs by name, ``files`` its kinds of kept files by name
    (``kernel.files``), ``menu`` the links to its pages, ``doors`` those of its pages that need no account,
    ``search`` what the search box finds in it. ``importables`` are the books that can be imported: their
    codes, with the import path of the class (``kernel.imports``).

    The others name a function each. ``tidy``: deletes what is kept no longer, ``(today) -> how many``, once a
    day. ``serving_member``: who may come by personal link, ``(key, day) -> Serving | None``; one slice says
    it. ``places``: the zones and villages that somebody may open, zones first, at most so many,
    ``(actor, most) -> Sequence[Place]``; one slice says it. ``leaving``: ends what ends with
    members' service, ``(actor, village, members, since)``.
    ``own_data``: what the slice holds on a member, for themselves, ``(member) -> Iterable[Part]``.
    ``subjects``: the kinds of rows that audit lines are about. ``unit_names``: what units are called,
    ``(paths) -> {path: name}``; one slice says it.
    ``todo``: what is to be done, ``(asked) -> Iterable[Todo]`` (``kernel.lib.todo``); homes show it.
    ``open_addresses``: whose addresses open a page to whoever has them, ``() -> {key of the row: name}``.
    """

    urls: str = ""
    audit_words: Mapping[str, Promise] = field(default_factory=dict)
    refusals: frozenset[str] = frozenset()
    jobs: Mapping[str, JobKind] = field(default_factory=dict)
    files: Mapping[str, FileKind] = field(default_factory=dict)
    menu: tuple[MenuEntry, ...] = ()
    doors: tuple[Door, ...] = ()
    search: tuple[SearchKind, ...] = ()
    importables: Mapping[str, str] = field(default_factory=dict)
    tidy: str = ""
    serving_member: str = ""
    places: str = ""
    leaving: str = ""
    own_data: str = ""
    subjects: Mapping[str, SubjectKind] = field(default_factory=dict)
    unit_names: str = ""
    todo: str = ""
    open_addresses: str = ""


def slices() -> Iterator[tuple[str, Slice]]:
    """The module of each app and what it adds, from the top slice down to the kernel."""
    for config in apps.get_app_configs():
        if (found := getattr(config, "heli", None)) is not None:
            yield config.name, found


def read() -> None:
    """Read what must be right before anything runs. Raises ``ImproperlyConfigured``."""
    audit_words()
    refusals()
    job_kinds()
    file_kinds()
    importables()
    subjects()


@cache
def audit_words() -> Mapping[str, Promise]:
    """The words of every verb. Raises ``ImproperlyConfigured`` when two slices state one."""
    return _merged((name, added.audit_words) for name, added in slices())


@cache
def refusals() -> frozenset[str]:
    """The codes of every refusal."""
    return frozenset[str]().union(*(added.refusals for _name, added in slices()))


@cache
def importables() -> Mapping[str, str]:
    """The import path of each kind of book that can be imported. Raises as :func:`job_kinds`."""
    return _merged((name, added.importables) for name, added in slices())


@cache
def job_kinds() -> Mapping[str, JobKind]:
    """Every kind of job. Raises ``ImproperlyConfigured`` when two slices state one."""
    return _merged((name, added.jobs) for name, added in slices())


@cache
def file_kinds() -> Mapping[str, FileKind]:
    """Every kind of kept file. Raises as :func:`job_kinds`."""
    return _merged((name, added.files) for name, added in slices())


@cache
def menu() -> tuple[MenuEntry, ...]:
    """The links to the pages of all slices."""
    return tuple(entry for _name, added in slices() for entry in added.menu)


@cache
def entries_of(name: str) -> tuple[MenuEntry, ...]:
    """The entries of the menu to which the page with this name of its URL belongs."""
    own = [entry for entry in menu() if entry.url == name]
    return tuple(own or [entry for entry in menu() if name in entry.pages])


@cache
def doors() -> tuple[Door, ...]:
    """The pages for people without an account."""
    return tuple(door for _name, added in slices() for door in added.doors)


@cache
def search_kinds() -> tuple[tuple[Promise, Callable[..., Iterable[SearchResult]]], ...]:
    """What can be searched for, with the function that finds it; the lower slices first."""
    kinds = (kind for _name, added in reversed([*slices()]) for kind in added.search)
    return tuple((kind.label, import_string(kind.finds)) for kind in kinds)


@cache
def places() -> Callable[..., Sequence[Place]]:
    """The function that says which places somebody may open; there is exactly one."""
    (found,) = (added.places for _name, added in slices() if added.places)
    function: Callable[..., Sequence[Place]] = import_string(found)
    return function


@cache
def subjects() -> Mapping[str, SubjectKind]:
    """What audit lines are about, by kind. Raises as :func:`job_kinds`."""
    return _merged((name, added.subjects) for name, added in slices())


def unit_names(paths: Iterable[str]) -> Mapping[str, str]:
    """What the units with these paths are called; see ``Slice.unit_names``."""
    (found,) = (added.unit_names for _name, added in slices() if added.unit_names)
    names: Mapping[str, str] = import_string(found)(paths)
    return names


@cache
def tidy_functions() -> tuple[Callable[[datetime.date], int], ...]:
    """What deletes what is kept no longer: the upper slices first, since their rows name those below."""
    return tuple(import_string(added.tidy) for _name, added in slices() if added.tidy)


@cache
def leaving_functions() -> tuple[Callable[..., None], ...]:
    """What ends with members' service; see ``Slice.leaving``."""
    return tuple(import_string(added.leaving) for _name, added in slices() if added.leaving)


@cache
def own_data_functions() -> tuple[Callable[..., Iterable[Part]], ...]:
    """What is held on a member: the lower slices first, since they say who it is."""
    return tuple(import_string(added.own_data) for _name, added in reversed([*slices()]) if added.own_data)


@cache
def open_address_functions() -> tuple[Callable[[], Mapping[uuid.UUID, str]], ...]:
    """What says whose open addresses are in force; see ``Slice.open_addresses``."""
    return tuple(import_string(added.open_addresses) for _name, added in slices() if added.open_addresses)


@cache
def todo_functions() -> tuple[Callable[[Asked], Iterable[Todo]], ...]:
    """What is to be done, of every slice; see ``Slice.todo``."""
    return tuple(import_string(added.todo) for _name, added in slices() if added.todo)


@cache
def serving_member() -> Callable[[uuid.UUID, datetime.date], Serving | None]:
    """The function that says who may come by personal link; there is exactly one."""
    (found,) = (added.serving_member for _name, added in slices() if added.serving_member)
    function: Callable[[uuid.UUID, datetime.date], Serving | None] = import_string(found)
    return function


_T = TypeVar("_T")


def _merged(stated: Iterable[tuple[str, Mapping[str, _T]]]) -> Mapping[str, _T]:
    """All of it in one. Raises ``ImproperlyConfigured`` for a key that two slices state."""
    found: dict[str, _T] = {}
    for name, added in stated:
        if twice := found.keys() & added.keys():
            raise ImproperlyConfigured(f"{name}: {sorted(twice)} is stated by another slice")
        found.update(added)
    return found
