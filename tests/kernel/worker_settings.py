"""The settings with jobs for tests of the worker."""

from heli.config import settings

globals().update({name: value for name, value in vars(settings).items() if name.isupper()})
JOBS = {name: f"worker_jobs.{name}" for name in ("count", "wait", "refuse", "break_", "die", "slow_commit")}
