"""What each slice adds to the whole: stated as ``heli`` on its ``AppConfig``, read once after the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Slice:
    """What a slice adds.

    ``audit_words`` are the verbs that it records, with what the audit page calls them; ``refusals`` the codes
    of its ``DomainError``s, ``slice.what-in-kebab-case``. A code says which rule stands in the way; the words
    stand where it is raised, since one rule may be met in several places.
    """

    audit_words: Mapping[str, Promise] = field(default_factory=dict)
    refusals: frozenset[str] = frozenset()


def slices() -> Iterator[tuple[str, Slice]]:
    """The module of each app and what it adds."""
    for config in apps.get_app_configs():
        if (found := getattr(config, "heli", None)) is not None:
            yield config.name, found


@cache
def audit_words() -> Mapping[str, Promise]:
    """The words of every verb. Raises ``ImproperlyConfigured`` when two slices state one."""
    words: dict[str, Promise] = {}
    for name, added in slices():
        if twice := words.keys() & added.audit_words.keys():
            raise ImproperlyConfigured(f"{name}: {sorted(twice)} is stated by another slice")
        words.update(added.audit_words)
    return words


@cache
def refusals() -> frozenset[str]:
    """The codes of every refusal."""
    return frozenset[str]().union(*(added.refusals for _name, added in slices()))
