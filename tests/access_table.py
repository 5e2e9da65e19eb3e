"""Who may open which address: what all slices say of theirs (``tests/access_rows.py``), in one table."""

from __future__ import annotations

from tests.access_rows import Row
from tests.slices import parts

TABLES: dict[str, tuple[Row, ...]] = {part.__name__.split(".")[1]: part.TABLE for part in parts("access")}
"""By slice."""
TABLE: tuple[Row, ...] = tuple(row for rows in TABLES.values() for row in rows)
