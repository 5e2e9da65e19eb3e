"""The linking problem of a village: from its rows to the problem, to a checked plan, and to words."""

from heli.plans.links.gather import gather_linking
from heli.plans.links.solve import link_households
from heli.plans.links.work import LinkingWork

__all__ = ["LinkingWork", "gather_linking", "link_households"]
