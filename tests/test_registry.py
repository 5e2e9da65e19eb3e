"""Every refusal and every verb of the audit is stated by its slice, with words in both languages.

The source is read, not run: a call whose code or verb cannot be read from it fails here too.
"""

import ast
import re
import uuid
from configparser import ConfigParser
from importlib import import_module
from pathlib import Path

import django.apps
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import SYSTEM
from heli.kernel.access.roles import Verb
from heli.kernel.audit.commands import record
from heli.kernel.jobs.models import Job, State
from heli.kernel.lib import registry

SOURCE = Path(__file__).resolve().parent.parent / "src"
FILES = sorted((SOURCE / "heli").rglob("*.py"))
STYLE = re.compile(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*")
CHINESE = re.compile("[\u4e00-\u9fff]")


class Module:
    """The calls of one file, and what the names in them stand for."""

    def __init__(self, path):
        self.path, self.tree = path, ast.parse(path.read_text(encoding="utf-8"))
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def calls(self, name):
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and name in (
                called := ast.unparse(node.func),
                called.split(".")[-1],
            ):
                yield node

    def values(self, node, scope):
        """The constants that an expression may be, or None in their place for what cannot be read."""
        if isinstance(node, ast.Constant):
            return [node.value]
        if isinstance(node, ast.IfExp):
            return self.values(node.body, scope) + self.values(node.orelse, scope)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "gettext_lazy"):
            return self.values(node.args[0], scope)
        if isinstance(node, ast.Name):
            return self.named(node.id, scope) or [None]
        return [None]

    def named(self, name, scope):
        """What the function, its callers in this file, the file or the file it comes from give the name."""
        for place in (scope, self.tree):
            given = [
                node.value
                for node in (ast.walk(place) if place is scope else place.body)
                if isinstance(node, ast.Assign) and name in map(ast.unparse, node.targets)
            ]
            if given:
                return [value for one in given for value in self.values(one, scope)]
            arguments = [one.arg for one in getattr(place, "args", ast.arguments(args=[])).args]
            if name in arguments:
                at = arguments.index(name)
                callers = [call for call in self.calls(place.name) if len(call.args) > at]
                return [v for call in callers for v in self.values(call.args[at], self.scope(call))]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]:
                source = module(node.module)
                return source.named(name, source.tree)
        return []

    def scope(self, node):
        while not isinstance(node, ast.FunctionDef | ast.Module):
            node = self.parents[node]
        return node


def module(name):
    path = SOURCE / name.replace(".", "/")
    return Module(path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py")


def called(path, name, position):
    """(line, value) of an argument, for all calls of a function in a file."""
    read = Module(path)
    for call in read.calls(name):
        if len(call.args) > position or not call.args:
            argument = call.args[position] if call.args else None
            for value in read.values(argument, read.scope(call)):
                yield call.lineno, value


def refused(path):
    """(line, code, message) of each refusal in a file; those that inherit name theirs to ``super()``."""
    heirs = "(DomainError):" in path.read_text(encoding="utf-8")
    for name in ("DomainError", *(["super().__init__"] if heirs else [])):
        codes, words = (list(called(path, name, position)) for position in (0, 1))
        yield from zip(codes, words, strict=True)


def verbs(path):
    if re.search(r"audit\.commands import .*\brecord\b", path.read_text(encoding="utf-8")):
        yield from called(path, "record", 1)


def at(path, line):
    return f"{path.relative_to(SOURCE)}:{line}"


def test_every_refusal_is_stated_and_in_one_style():
    found = [(at(path, line), code) for path in FILES for (line, code), _words in refused(path)]
    assert len(found) > 60
    stated = {name.split(".")[1]: set() for name, _added in registry.slices()}
    for name, added in registry.slices():
        stated[name.split(".")[1]] |= added.refusals
    wrong = [
        (where, code)
        for where, code in found
        if not code or not STYLE.fullmatch(code) or code not in stated[where.split("/")[1]]
    ]
    assert wrong == []


def test_no_refusal_is_stated_in_vain_or_in_another_style():
    text = "".join(path.read_text(encoding="utf-8") for path in FILES if path.name != "apps.py")
    assert [
        code for code in registry.refusals() if not STYLE.fullmatch(code) or f'"{code}"' not in text
    ] == []


def test_every_refusal_has_words_in_both_languages():
    wrong = []
    for path in FILES:
        for (line, _code), (_line, words) in refused(path):
            if words == "%(why)s":  # made of sentences that have theirs
                continue
            if not words or not CHINESE.search(words) or not in_english(words):
                wrong.append((at(path, line), words))
    assert wrong == []


def in_english(words):
    with translation.override("en"):
        said = translation.gettext(words)
    return said and not CHINESE.search(said)


def test_every_verb_is_stated():
    found = [(at(path, line), verb) for path in FILES for line, verb in verbs(path)]
    assert len(found) > 50
    assert [(where, verb) for where, verb in found if verb not in registry.audit_words()] == []


def test_every_verb_has_words_in_both_languages():
    for verb, words in registry.audit_words().items():
        with translation.override("zh-hans"):
            assert CHINESE.search(str(words)), verb
        assert in_english(str(words)), verb


def test_a_verb_that_nobody_states_is_not_recorded(db):
    with pytest.raises(ValueError, match=r"run\.guess"):
        record(SYSTEM, "run.guess", "run:1", "")


def test_two_slices_do_not_state_the_same_verb(monkeypatch):
    one, other = (django.apps.apps.get_app_config(label) for label in ("grids", "duties"))
    added = registry.Slice(audit_words={"swap.offer": _("提出换班")})
    monkeypatch.setattr(one, "heli", added)
    assert "swap.offer" in other.heli.audit_words
    with pytest.raises(ImproperlyConfigured, match=r"swap\.offer"):
        registry.audit_words.__wrapped__()


def test_what_slices_name_is_there():
    """Addresses, functions and what one must be allowed, which are named so that nothing is loaded early."""
    for name, added in registry.slices():
        for dotted in (added.tidy, added.serving_member, added.leaving, added.own_data):
            assert not dotted or (dotted.startswith(name) and callable(import_string(dotted))), dotted
        assert not added.urls or import_module(added.urls).urlpatterns, name
    for kind in registry.job_kinds().values():
        assert callable(import_string(kind.does))
        assert not kind.unfinished or callable(import_string(kind.unfinished))
        assert kind.verb in set(Verb)
    for entry in registry.menu():
        assert reverse(entry.url, args=[uuid.uuid4()] if entry.level is registry.Level.VILLAGE else [])
        assert not entry.verb or entry.verb in set(Verb)
        assert in_english(str(entry.label)), entry.label
        assert not entry.help or in_english(str(entry.help)), entry.help
    for door in registry.doors():
        assert reverse(door.url)
        assert in_english(str(door.label))
        assert in_english(str(door.help))
    assert callable(registry.places())
    for label, _finds in registry.search_kinds():
        assert in_english(str(label))


def test_settings_name_no_function_of_a_slice():
    """``INSTALLED_APPS`` is the one list of slices; what a slice adds stands in its ``apps.py``."""
    configs = [config.name for config in django.apps.apps.get_app_configs() if hasattr(config, "heli")]
    lists = [(SOURCE / "heli/config/urls.py").read_text(), (SOURCE / "heli/config/settings.py").read_text()]
    text = "".join(lists).replace("heli.kernel", "")
    assert [name for name in configs if len(re.findall(rf"\b{re.escape(name)}\b", text)) > 1] == []


def contracts():
    """(container, layers) of every contract about layers; a layer is the names beside each other."""
    read = ConfigParser()
    read.read(SOURCE.parent / ".importlinter", encoding="utf-8")
    for section in read.values():
        if section.get("type") == "layers":
            layers = [re.findall(r"\w+", line) for line in section["layers"].split("\n")]
            yield from ((container, layers) for container in section["containers"].split())


def test_every_slice_stands_in_the_contracts_and_in_their_order():
    """What is tidied, what ends, what a member is told goes by the order of the slices."""
    found, names = dict(contracts()), [name for name, _added in registry.slices()]
    assert [name for name in names if not name.startswith("heli.kernel.") and name not in found] == []
    for container in ("heli", "heli.kernel"):
        inside = [name.rpartition(".")[2] for name in names if name.rpartition(".")[0] == container]
        ranks = [next(at for at, beside in enumerate(found[container]) if name in beside) for name in inside]
        assert ranks == sorted(ranks)


def test_a_job_refused_under_an_old_code_still_says_why(world):
    job = Job.objects.create(
        kind="make_run",
        scope=world.village.path,
        state=State.FAILED,
        error="没有可以安排的网格员。",
        result={"code": "no_members", "said": {"zh-hans": "没有可以安排的网格员。", "en": "Nobody."}},
    )
    assert (
        "没有可以安排的网格员。"
        in world.client(world.head).get(reverse("job", args=[job.pk])).content.decode()
    )
