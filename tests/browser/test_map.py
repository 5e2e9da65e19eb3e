"""The map element: points on an empty ground, reached by keyboard, nothing fetched from elsewhere."""

import pytest
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from tests.browser.looking import LOOKS, assert_accessible, assert_fits, assert_quiet, name_of, shot

PAGE = """{% extends "web/base.html" %}{% block title %}图{% endblock %}{% block main %}
<h1>青溪村：三户有人联系，一户没有</h1>
<div class="columns"><div>{% include "web/map.html" with src="/points.geojson" label="住户地图" %}</div>
<ul><li><button data-on-map="d">前街4号 </button></li></ul></div>{% endblock %}"""


def feature(index, **more):
    properties = {
        "letter": "苏",
        "colour": index,
        "label": f"前街{index + 1}号 · 苏晚晴",
        "url": f"/h/{index}/",
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [120.1 + index / 2000, 30.2 + index % 2 / 3000]},
        "properties": {**properties, "key": "abcdef"[index], **more},
    }


POINTS = [
    feature(0),
    feature(1, letter="钱<b>"),
    feature(2, kind="post", letter="1"),
    feature(3, gap=True, letter="▲", label="前街4号 · 没有人联系"),
]


def page(request):
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


urlpatterns = [
    path("", include("heli.config.urls")),
    path("map/", page),
    path("points.geojson", lambda request: JsonResponse({"type": "FeatureCollection", "features": POINTS})),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize("look", LOOKS, ids=name_of)
def test_points_carry_letter_and_colour(browse, look):
    page = browse("/map/", **look)
    page.locator(".point").nth(3).wait_for()
    assert page.locator(".point").all_inner_texts() == ["苏", "钱<b>", "1", "▲"]
    assert page.locator(".point.gap").get_attribute("aria-label") == "前街4号 · 没有人联系"
    page.locator("[data-on-map]").click()
    assert page.locator(".leaflet-popup-content").inner_text() == "前街4号 · 没有人联系"
    shot(page, f"map-{name_of(look)}")
    assert_fits(page)
    assert_accessible(page, look["large"])
    assert_quiet(page)


def test_points_are_reached_by_keyboard(browse):
    page = browse("/map/")
    page.locator(".point").nth(3).wait_for()
    page.locator("heli-map").focus()
    page.keyboard.press("Tab")
    assert page.locator(".point").nth(0).evaluate("(point) => point === document.activeElement")
    page.keyboard.press("ArrowRight")
    assert page.locator(".point").nth(1).evaluate("(point) => point === document.activeElement")
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-popup-content a").get_attribute("href") == "/h/1/"


def test_without_javascript_there_is_no_empty_box(browse):
    assert not browse("/map/", js=False).locator("heli-map").is_visible()
