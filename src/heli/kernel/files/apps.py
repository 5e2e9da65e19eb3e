"""The app, for Django."""

from django.apps import AppConfig

from heli.kernel.lib.registry import Slice


class FilesConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.files"
    label = "files"
    heli = Slice(tidy="heli.kernel.files.commands.tidy")
