"""What each slice tells the tests of the whole, in files of its folder, like ``tests/grids/access.py``."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from heli.kernel.lib import registry


def parts(name: str) -> Iterator[ModuleType]:
    """The modules ``tests/<slice>/<name>.py`` that there are, from the top slice down to the kernel."""
    folders = dict.fromkeys(module.split(".")[1] for module, _added in registry.slices())
    for folder in folders:
        if find_spec(f"tests.{folder}") and find_spec(f"tests.{folder}.{name}"):
            yield import_module(f"tests.{folder}.{name}")
