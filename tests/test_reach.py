"""Every page is reached within three clicks from where one begins: by links, or by the search box."""

import html
import re

import pytest
from django.db import transaction
from django.urls import resolve, reverse
from tests.access_rows import PEOPLE
from tests.access_table import TABLE
from tests.plans.access import draft_again
from tests.test_queries import grow

from heli.grids.models import Link

LINK = re.compile(r'<a\b[^>]*\shref="(/[^"#]*)')
CLICKS = 3
ELSEWHERE = {
    "account_inactive",  # what allauth shows instead of a page, and where it sends
    "account_logout",
    "account_reauthenticate",
    "find_member",  # a door of the front
    "job",  # where one waits for what one has started
    "menu",  # for whoever has no place
    "mfa_list_webauthn",  # once there is a passkey
    "personal_link",  # on paper
    "places",  # where there are more than stand in the switch
    "points",
    "run_points",  # for the script of the map
    "run_compare",  # from one of two drafts to the other
    "village_points",
}
"""What no link leads the officer of a village to, or only in a case that is not made here."""


def links(answer):
    """The addresses that a page leads to."""
    if not answer["Content-Type"].startswith("text/html"):
        return []
    return list(map(html.unescape, LINK.findall(answer.content.decode())))


def reachable(client, searched):
    """The names of the pages reached from home by three clicks; of each kind of link, one is followed.

    Searching is a click too: what is found for the texts of ``searched`` stands one click from home.
    """
    seen, found = set(), set()
    edge = ["/"]
    found_by_search = [
        link for text in searched for link in links(client.post(reverse("search"), {"q": text}))
    ]
    for click in range(CLICKS + 1):
        after = list(found_by_search) if click == 1 else []
        for address in edge:
            answer = client.get(address, follow=True)
            assert answer.status_code == 200, address
            found |= {resolve(address.partition("?")[0]).view_name, answer.resolver_match.view_name}
            after += links(answer)
        edge = []
        for link in after:
            kind = resolve(link.partition("?")[0])
            if (key := (kind.view_name, kind.kwargs.get("entry"))) not in seen:
                seen.add(key)
                edge.append(link)
    return found


@pytest.mark.slow
@pytest.mark.django_db
def test_every_page_is_reached_within_three_clicks(world, tmp_path):
    grow(world, tmp_path, "甲")
    with transaction.atomic():
        draft_again(world)
        Link.objects.filter(household=world.households[0]).delete()
        found = reachable(world.client(world.unit_officer), [str(world.households[0]), world.members[0].name])
        transaction.set_rollback(True)
    officer = PEOPLE.index("unit_officer")
    wanted = {row.name for row in TABLE if row.method == "get" and row.expected[officer] == "ok"}
    assert wanted - ELSEWHERE <= found, "\n".join(sorted(wanted - ELSEWHERE - found))
    assert len(found) > 50


@pytest.mark.django_db
def test_whoever_has_no_account_reaches_every_door(world):
    assert reachable(world.client(None), []) >= {
        "home",
        "find_member",
        "points",
        "complaints",
        "account_login",
    }
