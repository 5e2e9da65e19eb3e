"""The small zone that the web's tests stand on."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from heli.kernel.access.actor import NOBODY, Actor
from heli.kernel.web.access import signed_in
from heli.people.models import Phone


def test_the_zone_has_two_villages_alike(world):
    assert world.village.name == "青溪村"
    assert [len(world.members), len(world.households), len(world.posts)] == [4, 12, 2]
    assert Phone.objects.count() == 2 * 16
    assert world.other.unit.path != world.village.path


def test_everybody_has_a_browser(world):
    clients = world.clients()
    assert set(clients) >= {"admin", "unit_officer", "member", "stranger", "nobody"}
    assert "_auth_user_id" in clients["admin"].session
    assert clients["member"].session["member"][0] == str(world.members[0].pk)
    assert "_auth_user_id" not in clients["nobody"].session


@pytest.mark.parametrize("actor", [Actor(name="x", account="1"), NOBODY])
def test_a_page_for_those_who_are_known_sends_others_to_sign_in(actor):
    request = RequestFactory().get("/villages/?page=2")
    request.actor = actor
    answer = signed_in(lambda request: HttpResponse("in"))(request)
    if actor.signed_in:
        assert answer.content == b"in"
    else:
        assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/villages/%3Fpage%3D2")
