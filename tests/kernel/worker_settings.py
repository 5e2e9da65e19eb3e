"""The settings with jobs for tests of the worker."""

from heli.config import settings
from heli.kernel.access.roles import Verb
from heli.kernel.jobs.kinds import Kind

globals().update({name: value for name, value in vars(settings).items() if name.isupper()})
NAMES = ("count", "wait", "refuse", "break_", "die", "slow_commit", "who", "ask", "locked")
JOBS = {name: Kind(f"worker_jobs.{name}", Verb.PLAN, "") for name in NAMES}
