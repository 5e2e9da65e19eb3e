"""No page asks the database more often when there is twice as much to show: every address that is read.

What there is more of, each slice says in ``tests/<slice>/grow.py``: ``grow(world, folder, mark)`` makes it,
``richer(world)`` gives the admin's arguments of addresses for which the table of roles knows only poor or
missing ones, ``QUERY`` what follows an address, ``ONCE`` what addresses begin with that show nothing a
village has more or less of.
"""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.access_rows import PEOPLE
from tests.access_table import TABLE
from tests.slices import parts
from tests.world import copies


def stated(name):
    """What slices state under a name, from the top slice down."""
    return [getattr(part, name) for part in parts("grow") if hasattr(part, name)]


def grow(world, folder, mark):
    """Fill the small zone with what pages list; a second time, there is twice of everything."""
    for more in stated("grow"):
        more(world, folder, mark)


def asked(world):
    """By address, how many questions it puts to the database for whoever may see it."""
    clients, found = world.clients(), {}
    rich = {name: words for richer in stated("richer") for name, words in richer(world).items()}
    query = {name: words for given in stated("QUERY") for name, words in given.items()}
    once = tuple(name for names in stated("ONCE") for name in names)
    for row in TABLE:
        seen = "ok" in row.expected or row.name in rich
        if row.method != "get" or not seen or row.name.startswith(once):
            continue
        person = "admin" if row.name in rich else PEOPLE[row.expected.index("ok")]
        with transaction.atomic():
            url = reverse(row.name, kwargs=rich.get(row.name) or row.url(world))
            url += query.get(row.name, "")
            clients[person].get(url)
            with CaptureQueriesContext(connection) as queries:
                answer = clients[person].get(url)
            transaction.set_rollback(True)
        assert answer.status_code == 200, row
        found[row.name] = len(queries)
    return found


@pytest.mark.django_db
def test_no_page_asks_more_often_when_everything_is_there_twice(world, tmp_path):
    grow(world, tmp_path, "甲")
    few = asked(world)
    copies(world.village, world.village, "新")
    grow(world, tmp_path, "乙")
    assert asked(world) == few
