"""Every address and every form meets numbers that no database holds, NUL, halves of characters, long text, no
dates: they are refused, and nothing ends in a 500."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from tests.access_table import TABLE

SOURCES = sorted((Path(__file__).resolve().parent.parent / "src" / "heli").rglob("*.py"))
HUGE = "9" * 30
VALUES = (
    HUGE,
    "-" + HUGE,
    str(2**63),
    str(2**31),
    "²",
    "a\0b",
    "\ud800",
    "长" * 20_000,
    "2026-13-45",
    "99999-01-01",
    "0001-01-01",
    "9999-12-31",
    "not-a-uuid",
    '["\\ud800",1,"A"]',
    '["x",99999999999999999999,"A"]',
    "[" * 5000,
    "1e999",
    "",
)
ALONE = (HUGE, "a\0b", "长" * 20_000, "2026-13-45")
"""Put into one field at a time, the others as the page had them."""
ASKED = ("q", "show", "page", "date", "day", "before", "after", "as", "verb", "name", "lane", "group", "gap",
         "part", "kind", "back", "every", "week", "at", "since", "save", "example", "next")  # fmt: skip
"""What pages read from the query."""
FIELD = re.compile(r'<(?:input|textarea|select|button)\b[^>]*\bname="([^"]+)"(?:[^>]*\bvalue="([^"]*)")?')
OPTION = re.compile(r'<select\b[^>]*\bname="([^"]+)".*?<option value="([^"]+)"', re.DOTALL)


def encoded(values):
    """As a browser would send them, halves of characters too."""
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in values.items())


def quoted(text):
    return "".join(f"%{byte:02X}" for byte in str(text).encode("utf-8", "surrogatepass"))


def fields_of(client, url):
    """The fields of the forms on a page and what they hold."""
    page = client.get(url)
    if page.status_code != 200 or page.streaming or not page["Content-Type"].startswith("text/html"):
        return {}
    text = page.content.decode()
    found = {name: html.unescape(value) for name, value in FIELD.findall(text)}
    found |= {name: value for name, value in OPTION.findall(text) if not found.get(name)}
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def asked(client, method, url, values):
    """The status of one request; what it did is taken back."""
    with transaction.atomic():
        if method == "get":
            status = client.get(f"{url}?{encoded(values)}").status_code
        else:
            kind = "application/x-www-form-urlencoded"
            status = client.post(url, encoded(values), content_type=kind).status_code
        transaction.set_rollback(True)
    return status


def requests_of(client, row, url, data):
    """Every strange request for one address: method and values."""
    fields = fields_of(client, url) | {name: str(value) for name, value in data.items()}
    for value in VALUES:
        yield "get", dict.fromkeys(ASKED, value)
        if row.method == "get" and not fields:
            continue
        yield "post", dict.fromkeys(fields, value)
        if value in ALONE:
            for name in fields:
                yield "post", {**fields, name: value}


@pytest.mark.slow
@pytest.mark.parametrize("person", ["admin", "member"])
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_strange_input_is_refused(row, person, world):
    if person == "member" and not {"ok", "go"} & {row.expected[5]}:
        pytest.skip("closed to members")
    url = reverse(row.name, kwargs=row.url(world))
    client = world.clients()[person]
    client.raise_request_exception = False
    failed = []
    for method, values in requests_of(client, row, url, row.data(world)):
        status = asked(client, method, url, values)
        if status >= 500:
            shown = {name: value[:40] for name, value in values.items()}
            failed.append(f"{method} {url} {shown}: {status}")
    assert failed == []


def test_forms_take_numbers_and_days_only_by_the_fields_that_have_a_bound():
    unbounded = re.compile(r"forms\.(Integer|Float|Date|DateTime)Field\((?!.*\):$)", re.MULTILINE)
    assert [path.name for path in SOURCES if unbounded.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31"])
def test_days_far_from_today_are_refused(world, day):
    client = world.clients()["head"]
    village = world.village.pk
    for name in ("presence", "presence_week", "notice"):
        assert client.get(reverse(name, args=[village]), {"date": day}).status_code == 404
    answer = world.clients()["admin"].get(reverse("audit"), {"day": day})
    assert (answer.status_code, "日期要在2000年到2199年之间。" in answer.content.decode()) == (200, True)


ADDRESSES = (
    "/village/{}/published/division/{}/",
    "/account/2fa/webauthn/keys/{1}/remove/",
    "/account/2fa/webauthn/keys/{1}/edit/",
    "/turn/{}/{}/",
    "/l/{1}/",
    "/cal/{1}.ics",
    "/village/{1}/",
    "/plan/{1}/",
    "/upload/{1}/",
    "/job/{1}/",
    "/household/{1}/",
    "/phone/{1}/",
)


@pytest.mark.parametrize("person", ["admin", "member"])
def test_strange_addresses_are_not_found(world, person):
    client = world.clients()[person]
    client.raise_request_exception = False
    for address in ADDRESSES:
        for value in (HUGE, str(2**63), "²", "%00", "%ED%A0%80", "x" * 5000, "2026-13-45"):
            answer = client.get(address.format(world.village.pk, value))
            assert answer.status_code in (302, 400, 404, 405), (address, value[:40])
