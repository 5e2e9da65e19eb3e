"""The roster problem of a village: from its rows to the problem, and its reasons and plans to words."""

from heli.plans.turns.gather import gather_roster
from heli.plans.turns.work import RosterResult, RosterWork

__all__ = ["RosterResult", "RosterWork", "gather_roster"]
