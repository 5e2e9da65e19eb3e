"""How forces (队伍) are shown: one letter each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from django.utils.translation import pgettext

USUAL = (
    ("妇联", "妇"),
    ("巾帼", "妇"),
    ("护村", "护"),
    ("代表", "代"),
    ("党", "党"),
    ("共青团", "青"),
    ("青年", "青"),
    ("工会", "工"),
    ("科协", "科"),
    ("志愿", "志"),
    ("委", "委"),
    ("干部", "干"),
)
"""The letter people expect for the usual forces, by a word in their name; the first that fits counts."""


def letter_text(letter: str) -> str:
    """A force's letter in the reader's language; one that is not usual as it is."""
    words = {
        "妇": pgettext("force letter", "妇"),
        "护": pgettext("force letter", "护"),
        "代": pgettext("force letter", "代"),
        "党": pgettext("force letter", "党"),
        "青": pgettext("force letter", "青"),
        "工": pgettext("force letter", "工"),
        "科": pgettext("force letter", "科"),
        "志": pgettext("force letter", "志"),
        "委": pgettext("force letter", "委"),
        "干": pgettext("force letter", "干"),
    }
    return words.get(letter, letter)


def force_name(name: str) -> str:
    """A usual force's name in the reader's language; another as the book writes it."""
    words = {
        "村四委干部": pgettext("force", "村四委干部"),
        "四委干部": pgettext("force", "四委干部"),
        "党员": pgettext("force", "党员"),
        "村民代表": pgettext("force", "村民代表"),
        "护村队": pgettext("force", "护村队"),
        "村妇联": pgettext("force", "村妇联"),
        "妇联": pgettext("force", "妇联"),
    }
    return words.get(name, name)


def force_letters(forces: Sequence[str]) -> dict[str, str]:
    """One letter for every force, no two alike.

    The usual letter, else the first character of the name that no other force has taken, else a number.
    """
    letters: dict[str, str] = {}
    for force in forces:
        usual = [letter for word, letter in USUAL if word in force]
        free = [letter for letter in (*usual, *force) if letter.strip() and letter not in letters.values()]
        letters[force] = free[0] if free else str(len(letters) + 1)
    return letters


class OfForce(Protocol):
    """Somebody of a force."""

    force: str


def forces_shown(members: Iterable[OfForce]) -> dict[str, tuple[str, int]]:
    """Of every force its letter and its colour (0–9), by the order in which the members stand."""
    forces = list(dict.fromkeys(member.force for member in members if member.force))
    letters = force_letters(forces)
    return {force: (letters[force], at % 10) for at, force in enumerate(forces)}
