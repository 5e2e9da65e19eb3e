"""Changes to members: by hand, absent for a time, no longer serving."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.lib import registry
from heli.kernel.lib.dated import day_after
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.stale import apply_if_unchanged, refuse_if_changed
from heli.kernel.web.links import Holder, make_link, revoke_link, revoke_links, with_link
from heli.orgs.commands import bump_revision, hold
from heli.orgs.models import Unit
from heli.people.access import serving_member
from heli.people.models import Absence, MemberRow, Phone

EDITABLE = (
    "name",
    "home",
    "force",
    "group",
    "born",
    "leader",
    "occupation",
    "kin",
    "wishes",
    "refused",
    "partners",
    "apart",
    "exempt",
    "seats",
    "availability",
    "remark",
)
"""What may be changed by hand."""

SHOWN = (*EDITABLE, "left_on")
"""What a form about a member is made from."""


def facts_of(member: MemberRow) -> dict[str, object]:
    """What a form about the member is made from, as it is."""
    return {name: getattr(member, name) for name in SHOWN}


@transaction.atomic
def open_member(actor: Actor, member: MemberRow) -> None:
    """Somebody reads the member's record: that leaves a line."""
    record(actor, "member.read", f"member:{member.pk}", member.village.path)


@transaction.atomic
def add_member(actor: Actor, village: Unit, facts: Mapping[str, object], today: datetime.date) -> MemberRow:
    """A new grid member, at the end of the village's book; plans made before are out of date.

    Refused with ``people.member-twice`` when one of the same name and home serves already.
    """
    village = hold(village)
    here = MemberRow.objects.filter(village=village)
    if here.serving(today).filter(name=facts["name"], home=facts.get("home", "")).exists():
        raise DomainError(
            "people.member-twice",
            _("%(name)s已经在名册上了。同名的另一个人，请写上住址。"),
            field="home",
            name=facts["name"],
        )
    last = here.order_by("-order").values_list("order", flat=True).first()
    row = MemberRow(village=village, order=0 if last is None else last + 1, **facts)
    row.save(force_insert=True)
    bump_revision(village)
    record(actor, "member.add", f"member:{row.pk}", village.path)
    return row


@transaction.atomic
def set_phone(actor: Actor, member: MemberRow, number: str, seen: str | None = None) -> None:
    """The member's phone number; empty: they have none any more, and their personal link is taken back.

    ``seen`` is the hash of the number (:func:`phone_facts`) that the page was made from: refused with
    ``kernel.row-changed`` when it is another by now. The audit says that it changed, never to what.
    """
    row = _held(member)
    kept = Phone.objects.filter(owner=row.pk).first()
    refuse_if_changed(phone_facts(row), seen)
    if number == (kept.number if kept else ""):
        return
    if not number:
        Phone.objects.filter(owner=row.pk).delete()
        revoke_link(actor, holder_of(row), timezone.now())
    else:
        Phone.objects.update_or_create(owner=row.pk, defaults={"village": row.village, "number": number})
    record(actor, "phone.set", f"member:{row.pk}", row.village.path, kept=bool(number))


def phone_facts(member: MemberRow) -> dict[str, object]:
    """What a form about the member's phone is made from. The number itself never goes into a page, nor a hash
    of it that could be found out by trying all numbers."""
    phone = Phone.objects.filter(owner=member.pk).first()
    return {"number": salted_hmac("heli.phone", "" if phone is None else phone.number).hexdigest()}


@transaction.atomic
def edit_member(
    actor: Actor, member: MemberRow, facts: Mapping[str, object], seen: str | None = None
) -> list[str]:
    """Change a member by hand; returns the names of the facts that changed.

    Here and below, ``seen`` is the hash (``row_hash``) of what the page showed (:func:`facts_of`): refused
    with ``kernel.row-changed`` when that is no longer so. None: nobody was shown a page.
    """
    row = _held(member)
    changed = apply_if_unchanged(row, SHOWN, facts, seen)
    if not changed:
        return []
    row.save(update_fields=changed)
    bump_revision(row.village)
    record(actor, "member.edit", f"member:{row.pk}", row.village.path, fields=changed)
    return changed


@transaction.atomic
def leave(actor: Actor, member: MemberRow, day: datetime.date | None, seen: str | None = None) -> None:
    """The member no longer serves from ``day`` on; ``None`` takes it back.

    Links and turns stay as published until the village publishes others. What lets the member in ends with
    their service (see :func:`end_service`), and does not come back with them.
    """
    row = _held(member)
    before = row.left_on
    changed = apply_if_unchanged(row, SHOWN, {"left_on": day}, seen)
    if not changed:
        return
    row.save(update_fields=changed)
    bump_revision(row.village)
    for since in (before, day):
        if since is not None and (since == day or since <= timezone.localdate()):
            end_service(actor, row.village, [row.pk], since)
    when = None if day is None else day.isoformat()
    record(actor, "member.leave" if day else "member.back", f"member:{row.pk}", row.village.path, day=when)


def end_service(actor: Actor, village: Unit, members: Sequence[uuid.UUID], since: datetime.date) -> None:
    """End what these members can do, as of the day from which they no longer serve.

    Their personal links are revoked once the day has come (until then they serve, and after it nobody is let
    in by them anyway); the slices above end what is theirs (``Slice.leaving``). Part of the command that
    writes the day: call it in its transaction, with the unit held, and before it writes to the audit, since
    all rows are taken before the audit's own lock.
    """
    linked = revoke_links(members, timezone.now()) if since <= timezone.localdate() else []
    for end in registry.leaving_functions():
        end(actor, village, members, since)
    for key in linked:
        record(actor, "link.revoked", f"member:{key}", village.path)


@transaction.atomic
def set_absent(
    actor: Actor,
    member: MemberRow,
    since: datetime.date,
    last: datetime.date | None,
    why: str,
    seen: str | None = None,
) -> Absence:
    """The member cannot serve from ``since`` to ``last``, both included (no ``last``: not known yet).

    Refused when the days are the wrong way round or part of them is an absence already.
    """
    row = _held(member)
    refuse_if_changed(facts_of(row), seen)
    if last is not None and last < since:
        raise DomainError("people.absence-backwards", _("最后一天在第一天前面，请改一下。"), field="last")
    if other := row.absences.overlapping(since, last).first():
        raise DomainError(
            "people.absence-overlaps",
            _("%(since)s起已经记过一次，请先把那一次结束。"),
            field="since",
            since=other.since.isoformat(),
        )
    absence = Absence.objects.create(member=row, since=since, until=day_after(last), why=why)
    bump_revision(row.village)
    record(actor, "member.absent", f"member:{row.pk}", row.village.path, absence=str(absence.pk))
    return absence


@transaction.atomic
def end_absence(
    actor: Actor, member: MemberRow, absence: uuid.UUID, back: datetime.date, seen: str | None = None
) -> None:
    """The member is back from ``back`` on. An absence that had not begun by then is taken away.

    ``seen`` is the hash of the absence as the page showed it (``Absence.hash``); one that is no
    longer there was changed too.
    """
    row = _held(member)
    found = row.absences.filter(pk=absence).first()
    refuse_if_changed(found.facts if found else {}, seen)
    if found is None:
        return
    if found.since >= back:
        found.delete()
    else:
        found.until = back
        found.save(update_fields=["until"])
    bump_revision(row.village)
    record(actor, "member.back", f"member:{row.pk}", row.village.path, absence=str(absence))


def _held(member: MemberRow) -> MemberRow:
    """The member as they are now; their village is held until the end of the transaction."""
    village = hold(member.village_id)
    row = MemberRow.objects.get(pk=member.pk)
    row.village = village
    return row


@transaction.atomic
def reveal_phone(actor: Actor, phone: Phone) -> str:
    """The number of a member or household. Each reading is a line of the audit that they can see."""
    kind = "member" if MemberRow.objects.filter(pk=phone.owner).exists() else "household"
    record(actor, "phone.reveal", f"{kind}:{phone.owner}", phone.village.path)
    return phone.number


@transaction.atomic
def link_member(actor: Actor, member: MemberRow, now: datetime.datetime) -> str:
    """A new personal link for a member; returns its token.

    Refused when there is no phone number (``kernel.link-no-phone``) or they no longer serve
    (``people.member-left``).
    """
    member = _held(member)
    if serving_member(member.pk, timezone.localtime(now).date()) is None:
        raise DomainError("people.member-left", _("%(name)s 已经不再参加，不能给链接。"), name=member.name)
    phone = Phone.objects.filter(owner=member.pk).first()
    return make_link(actor, holder_of(member), "" if phone is None else phone.number, now)


@transaction.atomic
def link_those_without(
    actor: Actor, village: Unit, today: datetime.date, now: datetime.datetime
) -> list[tuple[MemberRow, str]]:
    """A personal link for all who serve, have a phone and no link yet: (member, token) of each."""
    hold(village)
    members = list(MemberRow.objects.filter(village=village).serving(today).select_related("village"))
    keys = [member.pk for member in members]
    linked = with_link(keys)
    numbers = dict(Phone.objects.filter(owner__in=keys).values_list("owner", "number"))
    return [
        (member, make_link(actor, holder_of(member), numbers[member.pk], now))
        for member in members
        if member.pk not in linked and member.pk in numbers
    ]


@transaction.atomic
def unlink_member(actor: Actor, member: MemberRow, now: datetime.datetime) -> bool:
    """Take a member's personal link back; false when there was none."""
    member = _held(member)
    return revoke_link(actor, holder_of(member), now)


def holder_of(member: MemberRow) -> Holder:
    """The member as the holder of a personal link."""
    return Holder(member.pk, member.name, member.village.path)
