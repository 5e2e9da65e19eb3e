"""The app, for Django."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """See the module."""

    name = "heli.duties"
    label = "duties"
