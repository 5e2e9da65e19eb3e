"""Every URL × every role: what is in ``access_table.py`` is what happens, and nothing is missing there."""

import html
import re

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, resolve, reverse
from tests.access_table import ANSWERS, PEOPLE, TABLE


def names(patterns, spaces=()):
    """The names of all URLs that are mounted, those without a name by their path."""
    for entry in patterns:
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name or f"(no name) {entry.pattern}"))
        else:
            yield from names(entry.url_patterns, (*spaces, *filter(None, [entry.namespace])))


def answer(client, row, url, data):
    """What a person gets, as a word of the table; whatever it did is taken back."""
    with transaction.atomic():
        response = getattr(client, row.method)(url, data)
        transaction.set_rollback(True)
    if response.status_code == 302:
        return "in" if response["Location"].startswith(reverse("account_login")) else "go"
    return next(
        (word for word, code in ANSWERS.items() if code == response.status_code), response.status_code
    )


def test_every_url_is_in_the_table():
    missing = sorted(set(names(get_resolver().url_patterns)) - {row.name for row in TABLE})
    assert missing == [], "add a row to tests/access_table.py for each"


def test_the_table_names_no_url_that_is_gone():
    assert {row.name for row in TABLE} - set(names(get_resolver().url_patterns)) == set()


@pytest.mark.slow
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_everybody_gets_what_the_table_says(row, world):
    url, data = reverse(row.name, kwargs=row.url(world)), row.data(world)
    clients = world.clients()
    got = " ".join(str(answer(clients[person], row, url, data)) for person in PEOPLE)
    assert got == " ".join(row.expected), " ".join(PEOPLE)


LINK = re.compile(r'<a\b[^>]*\shref="(/[^"#]*)')
READERS = ("line", "unit_officer", "leader", "member", "auditor")


@pytest.mark.slow
def test_no_page_leads_to_a_closed_door(world):
    """Every kind of link on every page that somebody may open can be followed by them."""
    clients = world.clients()
    followed, closed = set(), []
    for row in TABLE:
        if row.method != "get" or "ok" not in row.expected:
            continue
        url = reverse(row.name, kwargs=row.url(world))
        for person in READERS:
            if row.expected[PEOPLE.index(person)] != "ok":
                continue
            page = clients[person].get(url)
            if not page["Content-Type"].startswith("text/html"):
                continue
            for address in map(html.unescape, LINK.findall(page.content.decode())):
                kind = person, resolve(address.partition("?")[0]).view_name
                if kind in followed:
                    continue
                followed.add(kind)
                with transaction.atomic():
                    status = clients[person].get(address).status_code
                    transaction.set_rollback(True)
                if status not in (200, 302):
                    closed.append(f"{person}: {row.name} -> {kind[1]}: {status}")
    assert len(followed) > 100
    assert closed == [], "\n".join(closed)
