"""The app, for Django."""

from django.apps import AppConfig

from heli.kernel.lib.registry import Slice


class AccountsConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.accounts"
    label = "accounts"
    heli = Slice(
        urls="heli.kernel.accounts.urls",
        tidy="heli.kernel.accounts.commands.tidy",
        open_addresses="heli.kernel.accounts.queries.links_in_force",
    )
