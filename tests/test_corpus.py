"""Every book of the corpus is read as it must be, in every form it comes in."""

import pkgutil
from importlib import import_module

import pytest
from tests.corpus import Case, cases

from heli.duties import sheets as duties
from heli.grids import sheets as grids
from heli.kernel import sheets as kernel
from heli.kernel.imports.importable import importable
from heli.kernel.imports.reading import KINDS as EVERY
from heli.kernel.lib.registry import importables
from heli.kernel.sheets.problems import Kind
from heli.people import sheets as people


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_book_is_read_as_it_must_be(case: Case, tmp_path):
    assert case.differences(case.read(tmp_path)) == []


def test_every_kind_of_problem_of_the_reader_has_its_words_on_the_web():
    modules = []
    for package in (kernel, grids, people, duties):
        inner = pkgutil.iter_modules(getattr(package, "__path__", ()), f"{package.__name__}.")
        modules += [package, *(import_module(module.name) for module in inner)]
    kinds = [kind for module in modules for kind in vars(module).values() if isinstance(kind, Kind)]
    assert len(kinds) > 30
    worded = EVERY.keys() | {code for what in importables() for code in importable(what).kinds}
    assert {kind.code for kind in kinds} <= worded
