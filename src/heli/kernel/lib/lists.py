"""A list of rows, declared once: what it can be searched and filtered by, its order, its columns.

A page of it is found by the key of the row before (keyset), never by a count of rows to skip: rows that come
or go in the meantime neither repeat a row nor hide one, and the last page costs as much as the first.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.text import clean

PAGE = 50
LONGEST_SEARCH = 80

Value = str | int | float | datetime.date | datetime.datetime | None
Text = str | Promise
RowT = TypeVar("RowT", bound=Model)


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``value``: what a row has there, for the page and for the Excel book.

    ``link``: the address that the value leads to, empty for none. ``template``: how a cell with more in it
    than text looks (it is given ``row`` and what the page knows). ``head``: the cell names its row. The first
    link of a row is that of the whole row. ``wide``: the cell is left out on a phone, where a row has two
    lines.
    """

    label: Text
    value: Callable[[Any], Value | Promise]
    link: Callable[[Any], str] | None = None
    template: str = ""
    number: bool = False
    head: bool = False
    exported: bool = True
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A field that narrows the list: ``where`` says which rows are meant by a value that was chosen."""

    field: Callable[[], forms.Field]
    where: Callable[[Any], Q]


@dataclass(frozen=True, slots=True)
class List:
    """What is declared. ``name`` is for machines, ``label`` what its Excel book is called.

    ``order``: columns of the table that are never empty, ``-`` in front for downwards; the last of them is
    unique. ``search``: columns in which a part of a text is looked for. ``counted``: whether it is told how
    many rows there are, which costs a question. ``empty``: what is said when there are none at all.
    """

    name: str
    label: Text
    order: Sequence[str]
    columns: Sequence[Column]
    empty: Text
    search: Sequence[str] = ()
    search_label: Text = ""
    filters: Mapping[str, Filter] = field(default_factory=dict)
    counted: bool = True


def choice(label: Text, options: Mapping[str, tuple[Text, Q]]) -> Filter:
    """A filter by one of a few named conditions; all rows when none is chosen."""
    choices = [("", _("全部")), *((value, words) for value, (words, _where) in options.items())]
    return Filter(
        lambda: forms.ChoiceField(label=str(label), required=False, choices=choices),
        lambda value: options[value][1],
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list. ``rows`` is what is shown; ``total`` none where it is not counted.

    ``before`` and ``after`` are queries that lead to the pages beside it (empty: there is none), ``narrowed``
    the query without a page: a link to it can be saved.
    """

    list: List
    form: forms.Form
    rows: Sequence[object]
    total: int | None
    before: str
    after: str
    narrowed: str


def find(
    asked: QueryDict,
    list_: List,
    rows: QuerySet[RowT],
    shown: Callable[[Sequence[RowT]], Sequence[object]] = lambda rows: rows,
    size: int = PAGE,
) -> Found:
    """The page that a query asks for; ``shown`` makes what is shown from the rows of a page.

    What cannot be understood in a filter narrows nothing, and the form says so. Raises ``BadRequest`` for a
    page that no list has named.
    """
    form, narrowed = _narrow(asked, list_, rows)
    back = "before" in asked
    key = asked.get("before" if back else "after", "")
    order = _reversed(list_.order) if back else list_.order
    page = list(_beyond(narrowed, order, key).order_by(*order)[: size + 1])
    more, page = len(page) > size, page[:size]
    if back:
        page.reverse()
    query, total = _query(asked, list_), None
    if list_.counted:
        total = narrowed.count() if more or key or back else len(page)
    earlier, later = (more, bool(key)) if back else (bool(key), more)
    return Found(
        list=list_,
        form=form,
        rows=shown(page),
        total=total,
        before=_page_query(query, "before", list_.order, page[:1]) if earlier else "",
        after=_page_query(query, "after", list_.order, page[-1:]) if later else "",
        narrowed=query.urlencode(),
    )


def narrowed(asked: QueryDict, list_: List, rows: QuerySet[RowT]) -> QuerySet[RowT]:
    """All rows that a query asks for, in order."""
    return _narrow(asked, list_, rows)[1].order_by(*list_.order)


def lines(list_: List, rows: Sequence[object]) -> Iterator[list[str | int | float | None]]:
    """The rows as a spreadsheet has them: the columns that are exported, days as people write them."""
    for row in rows:
        yield [_plain(column.value(row)) for column in list_.columns if column.exported]


def _plain(value: Value | Promise) -> str | int | float | None:
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value if value is None or isinstance(value, int | float) else str(value)


def _narrow(asked: QueryDict, list_: List, rows: QuerySet[RowT]) -> tuple[forms.Form, QuerySet[RowT]]:
    form = forms.Form(asked or None)
    if list_.search:
        widget = forms.TextInput(attrs={"type": "search", "maxlength": LONGEST_SEARCH})
        form.fields["q"] = forms.CharField(label=str(list_.search_label), required=False, widget=widget)
    form.fields.update({name: one.field() for name, one in list_.filters.items()})
    form.is_valid()
    chosen = dict(getattr(form, "cleaned_data", {}))
    text = clean(chosen.pop("q", "")[:LONGEST_SEARCH])
    if text:
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": text}) for name in list_.search)))
    for name, value in chosen.items():
        if value not in forms.Field.empty_values:
            rows = rows.filter(list_.filters[name].where(value))
    return form, rows


def _query(asked: QueryDict, list_: List) -> QueryDict:
    """What was searched and filtered, without what was left empty."""
    kept = QueryDict(mutable=True)
    for name in (("q",) if list_.search else ()) + tuple(list_.filters):
        if value := asked.get(name, ""):
            kept[name] = value
    return kept


def _page_query(query: QueryDict, name: str, order: Sequence[str], end: Sequence[Model]) -> str:
    """The query of the page beside this one, which ends with a row; from the list's end when it is empty."""
    asked = query.copy()
    asked[name] = ""
    for row in end:
        values = [field.value_to_string(row) for field in _fields(type(row), order)]
        asked[name] = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return asked.urlencode()


def _reversed(order: Sequence[str]) -> list[str]:
    return [column[1:] if column.startswith("-") else f"-{column}" for column in order]


def _beyond(rows: QuerySet[RowT], order: Sequence[str], key: str) -> QuerySet[RowT]:
    """The rows that come after the one whose values in the columns of the order the ``key`` holds."""
    if not key:
        return rows
    values = _values(rows.model, order, key)
    beyond, same = Q(), Q()
    for column, value in zip(order, values, strict=True):
        name, side = column.lstrip("-"), "lt" if column.startswith("-") else "gt"
        beyond |= same & Q(**{f"{name}__{side}": value})
        same &= Q(**{name: value})
    first, side = order[0].lstrip("-"), "lte" if order[0].startswith("-") else "gte"
    return rows.filter(Q(**{f"{first}__{side}": values[0]}) & beyond)  # the first part an index can answer


def _values(model: type[Model], order: Sequence[str], key: str) -> list[object]:
    """The values that a key holds. Raises ``BadRequest`` for what no page gave."""
    try:
        given, fields = json.loads(key), _fields(model, order)
        if not isinstance(given, list) or len(given) != len(fields):
            raise ValueError
        values = []
        for field_, text in zip(fields, map(str, given), strict=True):
            text.encode()  # half a character is none
            if "\0" in text:
                raise ValueError
            values.append(field_.to_python(text))
            field_.run_validators(values[-1])
    except (ValueError, RecursionError, ValidationError):
        raise BadRequest("no such page") from None
    return values


def _fields(model: type[Model], order: Sequence[str]) -> list[Field[Any, Any]]:
    found = [model._meta.get_field(column.lstrip("-")) for column in order]
    return [one for one in found if isinstance(one, Field)]
