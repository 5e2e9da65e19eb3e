"""A village's book as the import pages take it: its rows, phones, problems and what was understood."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from heli.duties import sheets as duties
from heli.grids import sheets as grids
from heli.grids.sheets import addresses
from heli.grids.sheets import free_text as houses_said
from heli.kernel.imports.reading import Found, kinds_in
from heli.kernel.sheets.read import Book
from heli.people import sheets as people
from heli.people.sheets import free_text as members_said
from heli.plans.rules import village_to_json
from heli.plans.sheets import repeats, village
from heli.plans.sheets.phones import household_phones, member_phones
from heli.plans.sheets.village import read_books

KINDS = kinds_in((people, members_said, grids, houses_said, addresses, duties, repeats, village))
"""The kinds of problem that a village's book may have, beside those of any book."""


def read(books: Sequence[Book], today: datetime.date, known: Mapping[str, object]) -> Found:
    """Read a village's book; ``known`` has its ``name``."""
    reading = read_books(books, today, str(known["name"]))
    book = reading.village
    return Found(
        rows=village_to_json(book),
        facts={
            "named": book.name,
            "households": len(book.households),
            "members": len(book.members),
            "posts": len(book.posts),
        },
        problems=book.problems,
        tables=reading.tables,
        understood=book.understood,
        phones={"households": household_phones(reading), "members": member_phones(reading)},
    )
