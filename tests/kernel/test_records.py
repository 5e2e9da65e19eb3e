"""Records to JSON and back, what is refused, and their schema."""

import datetime
import json
from dataclasses import dataclass
from enum import StrEnum

import jsonschema
import pytest

from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.records import BriefRecord, ListRecord, from_json, json_schema, to_json
from heli.kernel.lib.schema import UNREADABLE


class Colour(StrEnum):
    """A colour."""

    RED = "red"
    BLUE = "blue"


class Seat(ListRecord, frozen=True):
    """A seat; ``new`` came later."""

    name: str
    colour: Colour
    new: bool = False


class Times(BriefRecord, frozen=True, omit_defaults=True):
    """Times."""

    days: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet."""

    day: datetime.date
    seats: tuple[Seat, ...]
    times: Times = Times()  # noqa: RUF009 - frozen


SHEET = Sheet(datetime.date(2026, 11, 22), (Seat("林喆", Colour.RED, True),), Times(frozenset({7, 1, 5})))
KEPT = {"day": "2026-11-22", "seats": [["林喆", "red", True]], "times": {"days": [1, 5, 7]}}


def test_a_record_is_kept_as_plain_values_and_read_back_equal():
    assert to_json(SHEET, sort=True) == KEPT
    assert from_json(json.loads(json.dumps(KEPT)), Sheet) == SHEET


def test_a_field_that_came_later_is_read_with_its_default():
    older = {"day": "2026-11-22", "seats": [["林喆", "blue"]]}
    assert from_json(older, Sheet).seats == (Seat("林喆", Colour.BLUE),)


@pytest.mark.parametrize(
    ("kept", "where"),
    [
        ({**KEPT, "day": "2026-13-01"}, r"\$\.day"),
        ({**KEPT, "seats": [["林喆", "green"]]}, r"\$\.seats\[0\]\[1\]"),
        ({**KEPT, "times": {"days": ["1"]}}, r"\$\.times\.days\[0\]"),
        ({"seats": []}, "day"),
        ([KEPT], r"\$"),
        (None, r"\$"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_place(kept, where):
    with pytest.raises(DomainError, match=where) as refused:
        from_json(kept, Sheet, 3)
    assert refused.value.code == UNREADABLE


def test_a_newer_schema_is_refused_before_anything_is_read():
    with pytest.raises(DomainError, match="请先升级合力"):
        from_json({"schema": 4, "all": "else"}, Sheet, 3)


def test_the_schema_takes_what_is_written_and_no_other_field():
    schema = json_schema(Sheet)
    jsonschema.validate(to_json(SHEET), schema)
    with pytest.raises(jsonschema.ValidationError, match="phone"):
        jsonschema.validate({**KEPT, "phone": ""}, schema)
