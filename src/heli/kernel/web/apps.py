"""The app, for Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.web"
    label = "web"
