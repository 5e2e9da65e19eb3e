"""The app, for Django."""

from django.apps import AppConfig

from heli.kernel.lib import districts


class WebConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.web"
    label = "web"

    def ready(self) -> None:
        """One district, one database."""
        districts.divide()
