"""Planning for a village and a zone: pure functions from a problem to a plan that explains itself.

Every problem is a package of one shape: ``problem`` (frozen, validated, JSON in and out), ``solve``
(engines), ``check`` (judges a plan from scratch, without the solver's code) and ``explain`` (codes and
parameters, never prose). What they share stands here:

========================  =====================================================================
:class:`Status`           what is known about the plan
:class:`Result`           plan, value, bound, gap, cost parts, engine, seed, seconds, conflicts
:class:`Report`           what ``check`` says: violations, value, parts
:class:`Conflict`         why something cannot be: a code and its parameters
:class:`Stop`             when to give up: seconds, iterations, gap, stall, a cancel switch
:class:`Event`            progress, handed to the callback of a solve
========================  =====================================================================

No Django, no database, no network, no clock except in :class:`Stop`.
"""

from heliplan.result import Conflict, Reason, Report, Result, Status
from heliplan.stop import Event, Progress, Stop, Watch

__all__ = ["Conflict", "Event", "Progress", "Reason", "Report", "Result", "Status", "Stop", "Watch"]
