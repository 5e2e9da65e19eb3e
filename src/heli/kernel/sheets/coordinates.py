"""Longitude and latitude as people type them: two columns or one, swapped, with degree signs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.text import fold
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.kernel.sheets.tables import Row, Table

UNREAD = Kind(
    "coordinates-unread",
    Severity.LOOK,
    _("这一行的经纬度看不懂或不在中国，按没有算。"),
    _("请写成经度 120.05、纬度 28.91 这样的数。"),
)
FAR_OFF = Kind(
    "coordinates-far",
    Severity.LOOK,
    _("这一行的经纬度离大家 %(km)s 公里，怕是写错了，按没有算。"),
    _("请核对这一行的经度和纬度。"),
)
FAR_KM = 30
"""A place farther than this from the middle of all is taken for a slip."""
_DEGREES = re.compile(
    r"(\d+(?:\.\d+)?)[°度](?:(\d+(?:\.\d+)?)['′分])?(?:(\d+(?:\.\d+)?)[\"″秒])?|(\d+\.\d+|\d+)"
)
_PLAIN = re.compile(r"\d+(\.\d+)?")
_DIGIT = re.compile(r"\d")
_LON, _LAT = (73.0, 136.0), (3.0, 54.0)


def read_coordinates(table: Table, row: Row) -> tuple[float | None, float | None, list[Problem]]:
    """A row's longitude and latitude (both or neither), whichever way round they stand."""
    if not table.columns.keys() & {"lon", "lat", "coordinates"}:
        return None, None, []
    texts = [table.figure(row, "lon"), table.figure(row, "lat")]
    if not any(texts):
        texts = [table.figure(row, "coordinates")]
    if not any(map(_DIGIT.search, texts)):
        return None, None, []
    numbers = [number for text in texts for number in _numbers(text)]
    if len(numbers) == 2:
        for lon, lat in (numbers, numbers[::-1]):
            if _LON[0] <= lon <= _LON[1] and _LAT[0] <= lat <= _LAT[1]:
                return lon, lat, []
    code = next((code for code in ("lon", "lat", "coordinates") if table.figure(row, code)), "")
    return None, None, [Problem(UNREAD, table.place(row, code))]


def _numbers(text: str) -> list[float]:
    if _PLAIN.fullmatch(text):
        return [float(text)]
    found = []
    for match in _DEGREES.finditer(fold(text)):
        degrees, minutes, seconds, plain = match.groups()
        found.append(
            float(plain) if plain else float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
        )
    return found


def far_off(places: Sequence[tuple[float | None, float | None, Place]]) -> dict[int, Problem]:
    """Which of these (by index) lie so far from the middle of all that they must be slips."""
    known = [
        (index, lon, lat)
        for index, (lon, lat, _place) in enumerate(places)
        if lon is not None and lat is not None
    ]
    if len(known) < 5:
        return {}
    middle_lon = sorted(lon for _index, lon, _lat in known)[len(known) // 2]
    middle_lat = sorted(lat for _index, _lon, lat in known)[len(known) // 2]
    found = {}
    for index, lon, lat in known:
        km = max(abs(lon - middle_lon) * 95, abs(lat - middle_lat) * 111)
        if km > FAR_KM:
            found[index] = Problem(FAR_OFF, places[index][2], {"km": round(km)})
    return found
