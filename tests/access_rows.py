"""How a slice says who may open its addresses: the rows of ``tests/<slice>/access.py``.

Every URL × method × deed × role stands in one of them; ``test_access.py`` walks them all. A new URL needs a
row, or the test fails; so does a method that a URL takes, and a button that says what is to be done
(``<button name="do" value="give">``). How to add one to ``TABLE``:

    row("members", in_village(Verb.SEE_VILLAGE), village)
         │          │                            └ builds the URL's arguments from the world
         │          └ what each of PEOPLE gets, as roles and verbs say (``kernel/access/roles.py``)
         └ the URL's name, with its namespace if it has one

``in_village(Verb.EDIT, "go")``: those who may do it are sent on; ``member="ok"`` is an exception. An address
that no verb opens has its answers typed, in the order of ``PEOPLE``: ``"ok ok ok ok ok in ok ok in"``.
``method="post"`` for a form, with ``data=`` a function from the world to what is posted; ``deed="do=give"``
is a button of the form, posted with it. A URL that takes both methods has a row for each; a method without a
row must be refused with 405. ``url=`` may make rows it needs in the database; every request is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.world import World

from heli.kernel.access.roles import MAY, Role, Verb

ROLES = {
    "admin": Role.ADMIN,
    "line": Role.LINE,
    "unit_officer": Role.UNIT,
    "head": Role.HEAD,
    "leader": Role.LEADER,
    "member": None,
    "auditor": Role.AUDITOR,
    "stranger": Role.UNIT,
    "nobody": None,
}
"""Whom the walk knows: attributes of ``World``, with their roles. ``member`` has come by personal link and
opens only their own pages, ``stranger`` is the officer of the other village, ``nobody`` is not signed in."""
PEOPLE = tuple(ROLES)
"""The columns of the table."""

ANSWERS = {
    "ok": 200,
    "go": 302,  # done, or sent on to another page
    "in": 302,  # sent to sign in
    "400": 400,  # refused: what was posted is not valid, or no button of the form
    "403": 403,  # may see, may not do
    "404": 404,  # may not even know
    "409": 409,  # somebody else was faster
}
"""The words of the table; of the two 302, ``in`` leads to the sign-in page and ``go`` does not."""

EVERYBODY = "ok ok ok ok ok ok ok ok ok"
EVERYBODY_GO = "go go go go go go go go go"
NOWHERE = "404 404 404 404 404 404 404 404 404"

Arguments = Callable[[World], Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """One address and method, and what everyone gets."""

    name: str
    expected: tuple[str, ...]
    url: Arguments
    method: str
    data: Arguments
    deed: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.deed)))


def in_village(verb: Verb, done: str = "ok", *, refused: str = "403", **exceptions: str) -> str:
    """What everyone gets of a page of 青溪村: ``done`` if they may do ``verb``, ``refused`` if only see."""
    answers = dict.fromkeys(ROLES, "404")
    for person, role in ROLES.items():
        if role is not None and person != "stranger":
            may = MAY[role]
            answers[person] = done if verb in may else refused if Verb.SEE_VILLAGE in may else "404"
    return _line(answers, exceptions)


def somewhere(verb: Verb, done: str = "ok", **exceptions: str) -> str:
    """What everyone gets of a page for whoever may do ``verb`` in some unit; to others it is unknown."""
    answers = {
        person: done if role is not None and verb in MAY[role] else "404" for person, role in ROLES.items()
    }
    return _line(answers, exceptions)


def _line(answers: dict[str, str], exceptions: dict[str, str]) -> str:
    assert exceptions.keys() <= ROLES.keys(), exceptions
    return " ".join((answers | {"nobody": "in"} | exceptions).values())


def row(
    name: str,
    expected: str,
    url: Arguments | None = None,
    *,
    method: str = "get",
    data: Arguments | None = None,
    deed: str = "",
) -> Row:
    """A row of the table; see the module."""
    words = tuple(expected.split())
    assert len(words) == len(PEOPLE), name
    assert set(words) <= set(ANSWERS), name
    url, data = url or nothing, data or nothing
    if not deed:
        return Row(name, words, url, method, data, "")
    button = dict([deed.split("=")])
    return Row(name, words, url, "post", lambda world: {**data(world), **button}, deed)


def nothing(world: World) -> dict[str, Any]:
    """No arguments."""
    return {}


def village(world: World) -> dict[str, Any]:
    """The key of 青溪村."""
    return {"key": world.village.pk}
