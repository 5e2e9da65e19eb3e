"""The roster problem of a village: from its rows to the problem, to a checked plan, and to words."""

from heli.plans.turns.gather import gather_roster
from heli.plans.turns.solve import fill_roster
from heli.plans.turns.work import RosterWork

__all__ = ["RosterWork", "fill_roster", "gather_roster"]
