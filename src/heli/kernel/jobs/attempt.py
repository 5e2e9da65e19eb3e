"""One attempt at a job, in the child process: whatever happens in it, the worker hears how it ended."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection, connections
from django.utils.module_loading import import_string

from heli.kernel.access.roles import Verb
from heli.kernel.jobs.access import actor_at_work
from heli.kernel.jobs.child import End, Order, Progress
from heli.kernel.jobs.commands import in_each_language
from heli.kernel.jobs.work import LostJob, Work
from heli.kernel.lib import registry
from heli.kernel.lib.districts import activated
from heli.kernel.lib.errors import DomainError

log = logging.getLogger("heli.jobs")


def attempt(order: Order, report: Callable[[Progress], None]) -> End:
    """Do the job. ``report`` hands its progress on."""
    try:
        with activated(order.district):
            return _done(order, report)
    except Exception as error:
        # where and what kind, never the message: it may hold what people typed
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("job %s (%s): %s\n%s", order.job, order.kind, type(error).__name__, where)
        return End(order.job, code="kernel.job-failed")
    finally:
        connections.close_all()


def _done(order: Order, report: Callable[[Progress], None]) -> End:
    def tell(percent: int, stage: str) -> None:
        report(Progress(order.job, int(percent), str(stage)))

    kind = registry.job_kinds()[order.kind]
    try:
        actor = actor_at_work(order.account, Verb(kind.verb), order.scope)
        work = Work(order.job, order.params, tell, order.attempt, actor)
        result = import_string(kind.does)(work) or {}
    except DomainError as refused:
        return End(order.job, code=refused.code, said=in_each_language(refused))
    except LostJob:
        return End(order.job, lost=True)
    except (OperationalError, InterfaceError) as error:
        log.warning("job %s (%s): %s", order.job, order.kind, type(error).__name__)
        # Django closes a connection that broke, and one that could not be made is none
        away = connection.connection is None or not connection.is_usable()
        return End(order.job, again=True, away=away)
    return End(order.job, result=json.loads(json.dumps(result)))
