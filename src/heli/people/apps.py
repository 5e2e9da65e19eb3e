"""The app, for Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """See the module."""

    name = "heli.people"
    label = "people"
