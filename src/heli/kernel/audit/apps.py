"""The app, for Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.audit"
    label = "audit"
