"""The app, for Django."""

from django.apps import AppConfig


class GridsConfig(AppConfig):
    """See the module."""

    name = "heli.grids"
    label = "grids"
