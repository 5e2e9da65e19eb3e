"""More for the pages of orgs to list."""

from tests.world import account

from heli.kernel.access.roles import Role


def grow(world, _folder, mark):
    """One more account of the village."""
    account(f"more{mark}", f"同事{mark}", Role.HEAD, world.village.path)
