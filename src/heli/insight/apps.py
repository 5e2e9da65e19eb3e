"""The app, for Django."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """See the module."""

    name = "heli.insight"
    label = "insight"
