"""The app, for Django."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """See the module."""

    name = "heli.orgs"
    label = "orgs"
