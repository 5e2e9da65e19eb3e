"""What every book of a village has in common."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.imports.importable import Importable
from heli.orgs.access import unit_for
from heli.orgs.commands import hold
from heli.orgs.models import Unit


class VillageImportable(Importable[Unit]):
    """A book whose rows belong to a village."""

    def unit_for(self, actor: Actor, key: uuid.UUID, verb: Verb) -> Unit:
        """See ``orgs.access.unit_for``."""
        return unit_for(actor, key, verb)

    def hold(self, unit: Unit | uuid.UUID) -> Unit:
        """See ``orgs.commands.hold``."""
        return hold(unit)

    def known(self, unit: Unit) -> Mapping[str, object]:
        """The village's name."""
        return {"name": unit.name}
