"""Walk through XML once, from front to back, guarded: no document type, no entities, a bound on elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.parsers import expat

MAX_ELEMENTS = 8_000_000
"""More elements than a part of a real book has: reading stops there."""

Start = Callable[[str, Mapping[str, str]], object]
End = Callable[[str], object]


class XmlError(ValueError):
    """The text is no XML that a spreadsheet program writes."""


def walk(
    data: bytes, start: Start, end: End | None = None, text: Callable[[str], object] | None = None
) -> None:
    """Call back for every element's start and end, by its name without prefix, and for every piece of text.

    All is handed over at once: in pieces, a very long token would be scanned again for each piece.

    Raises
    ------
    XmlError
        It is broken, declares a document type (whose entities could grow without end), or is too large.
    """
    names: dict[str, str] = {}
    left = [MAX_ELEMENTS]

    def local(name: str) -> str:
        found = names.get(name)
        if found is None:
            found = names[name] = name.rpartition(":")[2]
        return found

    def begin(name: str, attributes: dict[str, str]) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise XmlError("too many elements")
        start(local(name), attributes)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = begin
    if end is not None:
        finish = end
        parser.EndElementHandler = lambda name: finish(local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XmlError(str(error)) from error


def _refuse(*_declared: object) -> None:
    raise XmlError("a document type")


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """The attribute of that name under any prefix (``r:id``, ``table:name``); empty when there is none."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def unprefixed(attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes without their prefixes; of two alike the first."""
    found: dict[str, str] = {}
    for name, value in attributes.items():
        found.setdefault(name.rpartition(":")[2], value)
    return found
