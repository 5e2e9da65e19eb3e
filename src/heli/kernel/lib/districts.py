"""One district, one database: chosen once, at the request, the job or the command line.

With ``HELI_DISTRICTS`` every district has a database of its own and *default* means the one that is
chosen: queries, ``atomic`` and ``on_commit`` need not name it, and code that runs before one is chosen
fails instead of reading somebody else's rows. Without it there is one district, ``default``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from django.http import Http404, HttpRequest, HttpResponse

KEPT_OPEN = 4
"""Connections that a thread keeps open when there are several districts: however many districts there are,
the databases see a few connections for each thread."""

_chosen: ContextVar[str] = ContextVar("district", default="")


class NoDistrict(ImproperlyConfigured):
    """The database was asked for before a district was chosen, or the district is not known."""


class _Connections(ConnectionHandler):
    """Connections among which *default* is the one of the district that is chosen."""

    def __getitem__(self, alias: str) -> BaseDatabaseWrapper:
        if alias == DEFAULT_DB_ALIAS:
            alias = _chosen.get()
            if not alias:
                raise NoDistrict("没有选定片区（--district） / no district is chosen (--district)")
        return super().__getitem__(alias)

    def __iter__(self) -> Iterator[str]:
        return (alias for alias in super().__iter__() if alias != DEFAULT_DB_ALIAS)


def install() -> None:
    """Let *default* mean the chosen district, if there are several. Called once, when Django starts."""
    if DEFAULT_DB_ALIAS not in settings.DISTRICTS.values():
        # Django has no setting for it: the one handler that everything imported learns what *default* means
        connections.__class__ = _Connections


def names() -> tuple[str, ...]:
    """The districts of this installation, in the order of the settings."""
    return tuple(settings.DISTRICTS)


def current() -> str:
    """The chosen district; empty when none is chosen and there are several."""
    return names()[0] if len(names()) == 1 else _chosen.get()


def activate(name: str) -> Token[str]:
    """From here on everything is of this district. Raises ``NoDistrict`` for one that is not known."""
    if name not in names():
        raise NoDistrict(f"没有这个片区 / no such district: {name} ({', '.join(names())})")
    several = settings.DISTRICTS[name] != DEFAULT_DB_ALIAS
    return _chosen.set(name if several else "")


@contextmanager
def activated(name: str) -> Iterator[None]:
    """Everything inside is of this district. Raises ``NoDistrict`` for one that is not known."""
    token = activate(name)
    try:
        yield
    finally:
        if alias := _chosen.get():
            _close_all_but_the_last(alias)
        _chosen.reset(token)


class _Recent(threading.local):
    """The connections that this thread used, the last one at the end."""

    def __init__(self) -> None:
        self.aliases: list[str] = []


_recent = _Recent()


def _close_all_but_the_last(used: str) -> None:
    """Close this thread's connections beyond the few districts it used last; ``used`` is the latest."""
    _recent.aliases = [*(alias for alias in _recent.aliases if alias != used), used]
    for alias in _recent.aliases[:-KEPT_OPEN]:
        if not connections[alias].in_atomic_block:
            connections[alias].close()
            _recent.aliases.remove(alias)


class DistrictMiddleware:
    """Chooses by the host's first label (``zone-a.example.org``); an unknown one is nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        if len(names()) == 1:
            name = names()[0]
        else:
            name = request.get_host().split(":")[0].split(".")[0].lower()
            if name not in names():
                raise Http404
        with activated(name):
            return self.get_response(request)
