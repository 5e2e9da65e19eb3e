"""How forces (队伍) are shown: one letter each."""

from __future__ import annotations

from collections.abc import Sequence

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
