"""From a village's rows to the two planning problems."""

from heli.plans.gather.linking import gather_linking
from heli.plans.gather.roster import gather_roster

__all__ = ["gather_linking", "gather_roster"]
