"""The app, for Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.jobs"
    label = "jobs"
