"""Every URL × every role: what is in ``access_table.py`` is what happens, and nothing is missing there."""

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse
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
