"""Households, addresses and nearness: pure facts, no file and no database."""

from __future__ import annotations

from dataclasses import dataclass, field

from heli.kernel.sheets.problems import Place


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A house number taken apart: lane (弄, 路, 区 …), number, sub-number; ``text`` is how it is shown.

    ``上宅弄12-2号`` is lane ``上宅弄``, number 12, sub-number 2. A part that is not there is ``""`` or 0.
    Addresses sort as a postman walks: by lane, number, sub-number.
    """

    lane: str
    number: int
    sub: int
    text: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Household:
    """A household (户) as a book tells of it.

    ``no_link`` is the book's own words for why it needs no linked member (空房), empty when it needs one;
    ``kin`` and ``wishes`` are members' names as written on the household's side;
    ``linked`` is the member the book says is linked now, if it does.
    """

    address: Address
    head: str = ""
    group: str = ""
    people: int | None = None
    let: bool | None = None
    tenants: int | None = None
    lon: float | None = None
    lat: float | None = None
    kin: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    linked: str = ""
    no_link: str = ""
    remark: str = ""
    place: Place = field(default=Place(), compare=False)
