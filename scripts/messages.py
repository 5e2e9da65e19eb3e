"""Keep the English catalogue: collect the Chinese message ids, merge, compile. `--check` changes nothing.

python3 run.py messages           update src/heli/locale/en/LC_MESSAGES/django.{po,mo}
python3 run.py messages --check   say what is missing, stale or not compiled; exit code 1 if anything is
"""

from __future__ import annotations

import datetime
import io
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "heli"
PO = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def from_template(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterable[Any]:
    """Messages of a Django template, which Django itself turns into calls that Babel reads as Python."""
    calls = templatize(file.read().decode())
    return extract_python(
        io.BytesIO(calls.encode()), keywords, comment_tags, {**options, "encoding": "utf-8"}
    )


def collected() -> Catalog:
    """The message ids of the source as it is now."""
    catalog = Catalog(project="heli", charset="utf-8")
    found = extract_from_dir(
        str(SOURCE), method_map=[("**.py", "python"), ("**.html", from_template)], keywords=KEYWORDS
    )
    kinds: dict[tuple[str | None, str], type] = {}
    for name, line, message, comments, context in found:
        single = message if isinstance(message, str) else message[0]
        if kinds.setdefault((context, single), type(message)) is not type(message):
            # gettext finds an id only under the one of the two that came last
            raise SystemExit(f"{name}:{line}: with a plural and without one: {single}")
        catalog.add(message, locations=[(name, None)], auto_comments=comments, context=context)
    return catalog


def merged() -> Catalog:
    """The English catalogue with the ids of today: new ones empty, gone ones dropped."""
    catalog = read_po(io.BytesIO(PO.read_bytes()), locale="en") if PO.exists() else Catalog(locale="en")
    catalog.update(collected(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """As text, sorted, without dates: the same source gives the same file."""
    out = io.BytesIO()
    write_po(out, catalog, sort_output=True, omit_header=True, include_lineno=False, width=100)
    header = b'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return header + out.getvalue().lstrip()


def mo_bytes(catalog: Catalog) -> bytes:
    """As gettext reads it."""
    out = io.BytesIO()
    catalog.creation_date = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)  # same words, same bytes
    write_mo(out, catalog)
    return out.getvalue()


def faults(catalog: Catalog) -> list[str]:
    """Message ids without English or with English nobody looked over, or with other placeholders."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        words = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(words):
            found.append(f"no English: {ids[0]}")
        elif message.fuzzy:  # left out when compiled
            found.append(f"English not looked over (fuzzy): {ids[0]}")
        elif any(
            set(re.findall(r"%\((\w+)\)", word)) != set(re.findall(r"%\((\w+)\)", ids[0])) for word in words
        ):
            found.append(f"other placeholders: {ids[0]}")
    return found


def fresh_mo() -> bytes:
    """What the compiled catalogue must be, from the one on disk."""
    return mo_bytes(read_po(io.BytesIO(PO.read_bytes()), locale="en"))


def main() -> int:
    """Update, or check."""
    catalog = merged()
    if "--check" not in sys.argv:
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(po_bytes(catalog))
        MO.write_bytes(fresh_mo())
    wrong = faults(catalog)
    if not PO.exists() or PO.read_bytes() != po_bytes(catalog):
        wrong.append("django.po is not up to date: run `python3 run.py messages`")
    elif not MO.exists() or MO.read_bytes() != fresh_mo():
        wrong.append("django.mo is not compiled: run `python3 run.py messages`")
    sys.stdout.write("".join(f"{line}\n" for line in wrong) or "complete\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
