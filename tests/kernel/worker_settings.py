"""The settings with jobs for tests of the worker."""

from heli.config import settings

globals().update({name: value for name, value in vars(settings).items() if name.isupper()})
INSTALLED_APPS = ["worker_app.WorkerTests", *settings.INSTALLED_APPS]
