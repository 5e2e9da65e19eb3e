"""The pages of this part."""

from __future__ import annotations

from django.urls import path

from heli.kernel.web import door, frame, settings, views

urlpatterns = [
    path("l/<str:token>/", door.personal_link, name="personal_link"),
    path("out/", door.sign_out, name="sign_out"),
    path("language/", views.language, name="language"),
    path("large/", views.large, name="large"),
    path("settings/", settings.district_settings, name="district_settings"),
    path("settings/<slug:name>/", settings.district_setting, name="district_setting"),
    path("places/", frame.places, name="places"),
    path("place/<uuid:key>/<slug:entry>/", frame.entry, name="place_menu"),
    path("menu/<slug:entry>/", frame.entry, name="menu"),
    path("search/", frame.search, name="search"),
    path("complaints/", views.complaints, name="complaints"),
]
