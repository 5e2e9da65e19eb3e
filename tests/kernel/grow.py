"""More for the pages of the kernel to list."""

from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.commands import record

ONCE = ("account_", "mfa_", "language", "personal_link")


def grow(world, _folder, _mark):
    """Two lines of the audit about the first member."""
    for kind in ("phone.reveal", "household.read"):
        record(SYSTEM, kind, f"member:{world.members[0].pk}", world.village.path)
