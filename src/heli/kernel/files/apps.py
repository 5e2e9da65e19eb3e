"""The app, for Django."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.files"
    label = "files"
