"""The phones of a village's book: kept apart, and put back as they were."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from heli.kernel.imports.compare import Part
from heli.kernel.imports.importable import Phones
from heli.kernel.imports.writing import BATCH, batches, overwrite
from heli.orgs.models import Unit
from heli.people.models import Phone


def phone_counts(found: Mapping[str, Part], phones: Phones, village: Unit) -> dict[str, int]:
    """How many phones are new and how many differ from those kept."""
    kept = dict(Phone.objects.filter(village=village).values_list("owner", "number"))
    new = changed = 0
    for name in ("households", "members"):
        owner = found[name].owner
        for at, number in phones.get(name, {}).items():
            row = owner.get(int(at))
            before = kept.get(row.pk) if row else None
            new += before is None
            changed += before is not None and before != number
    return {"new": new, "changed": changed}


def write_phones(
    phones: Phones, owners: Mapping[str, Mapping[int, uuid.UUID]], village: Unit
) -> dict[str, str | None]:
    """Write the phones; gives back by owner the number from before, none where there was none."""
    wanted = {
        owners[name][int(at)]: number
        for name in ("households", "members")
        for at, number in phones.get(name, {}).items()
        if int(at) in owners[name]
    }
    kept = {phone.owner: phone for phone in Phone.objects.filter(village=village)}
    new = [
        Phone(owner=owner, village=village, number=number)
        for owner, number in wanted.items()
        if owner not in kept
    ]
    before: dict[str, str | None] = {str(phone.owner): None for phone in new}
    changed = []
    for owner, number in wanted.items():
        if owner in kept and kept[owner].number != number:
            before[str(owner)] = kept[owner].number
            kept[owner].number = number
            changed.append(kept[owner])
    Phone.objects.bulk_create(new, batch_size=BATCH)
    overwrite(Phone, changed)
    return before


def put_back_phones(before: Mapping[str, str | None], village: Unit) -> None:
    """Make the phones what :func:`write_phones` gave back."""
    kept = {str(phone.owner): phone for phone in Phone.objects.filter(village=village)}
    changed = []
    for owner, number in before.items():
        if number is not None and owner in kept:
            kept[owner].number = number
            changed.append(kept[owner])
    overwrite(Phone, changed)
    for owners in batches([owner for owner, number in before.items() if number is None]):
        Phone.objects.filter(owner__in=owners).delete()
