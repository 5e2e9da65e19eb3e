"""The schema number of stored documents: read what is older, refuse what is newer than this Heli knows.

A document is a JSON object that outlives the code that wrote it: a published table, a ``plan.json``, the
facts of a draft. It carries its number under ``schema``; one from before there were numbers is of schema 1.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.errors import DomainError

UNREADABLE = "kernel.document-unreadable"
"""The code of the refusal."""

NEWER = _("这份资料是新版的合力写的（格式%(schema)s），这里只认到格式%(newest)s。请先升级合力。")
SENSELESS = _("这份资料的格式号认不得（%(schema)s），没有读。请用合力写的、没有改过的那一份。")


def schema_of(document: Mapping[str, object], newest: int) -> int:
    """The schema of a document, from 1 to ``newest``, the one its reader writes itself.

    Raises
    ------
    DomainError
        ``kernel.document-unreadable``: a newer schema, or something that is no schema's number.
    """
    number = document.get("schema", 1)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise DomainError(UNREADABLE, SENSELESS, schema=str(number)[:20])
    if number > newest:
        raise DomainError(UNREADABLE, NEWER, schema=number, newest=newest)
    return number
