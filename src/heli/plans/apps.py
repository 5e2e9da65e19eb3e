"""The app, for Django."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """See the module."""

    name = "heli.plans"
    label = "plans"
