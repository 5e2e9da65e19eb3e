"""The app, for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.accounts"
    label = "accounts"
