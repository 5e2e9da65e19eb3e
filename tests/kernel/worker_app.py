"""An app that states the jobs of ``worker_jobs.py``."""

from django.apps import AppConfig

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import JobKind, Slice

NAMES = ("count", "wait", "refuse", "break_", "die", "slow_commit", "who", "ask", "locked")


KINDS = {name: JobKind(f"worker_jobs.{name}", Verb.PLAN) for name in NAMES}


class WorkerTests(AppConfig):
    name = "worker_app"
    heli = Slice(jobs=KINDS)
