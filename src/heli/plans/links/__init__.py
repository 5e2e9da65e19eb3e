"""The linking problem of a village: from its rows to the problem, and its reasons and plans to words."""

from heli.plans.links.gather import gather_linking
from heli.plans.links.work import LinkingResult, LinkingWork

__all__ = ["LinkingResult", "LinkingWork", "gather_linking"]
