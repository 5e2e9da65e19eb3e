"""The app, for Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.access"
    label = "access"
