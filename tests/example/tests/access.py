"""Who may open which address: lost items. See ``tests/access_rows.py``."""

from __future__ import annotations

from tests.access_rows import Row, in_village, row, village

from heli.kernel.access.roles import Verb


def purse(_world: object) -> dict[str, str]:
    """What is typed about a purse."""
    return {"what": "钱包", "place": "桥头", "found_on": "2026-11-01"}


SEE, EDIT = in_village(Verb.SEE_VILLAGE), in_village(Verb.EDIT)

TABLE: tuple[Row, ...] = (
    row("lost_items", SEE, village),
    row("lost_item_new", EDIT, village),
    row("lost_item_new", EDIT, village, method="post"),
    row("lost_item_new", in_village(Verb.EDIT, "go"), village, method="post", data=purse),
    row("lost_items_uploads", in_village(Verb.UPLOAD), village),
    row("lost_items_uploads", in_village(Verb.UPLOAD, "400"), village, method="post"),
    row("lost_items_uploads_template", in_village(Verb.UPLOAD), village),
)
