"""No two commands wait for each other: every one that changes rows of a unit holds the unit first.

The first half reads the commands; the second runs them in threads. On SQLite one transaction writes at a
time, so what is shown there is only that nothing breaks; on PostgreSQL that nothing is deadlocked.
"""

import ast
import datetime
import threading
from functools import cache
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.at_once import at_once
from tests.duties.swaps import every_day, seat_of, soon
from tests.plans.publishing import draft, monday_after
from tests.plans.test_uploads import file_of, rows_of

from heli.duties.commands import make_feed, offer_turn
from heli.duties.queries.days import turns_on
from heli.grids.commands import edit_household, move_in, publish_division, set_let, split_household
from heli.grids.models import Division, HouseholdRow, Link
from heli.grids.queries import DivisionTable
from heli.kernel.access.actor import SYSTEM
from heli.kernel.access.queries import actor_of
from heli.kernel.accounts.models import PersonalLink
from heli.kernel.audit.models import Event
from heli.kernel.imports.commands import UploadedBook, import_rows, keep_reading, undo_import, upload_books
from heli.kernel.imports.models import Upload
from heli.kernel.imports.reading import read_handed
from heli.kernel.lib.errors import DomainError
from heli.orgs.commands import bump_revision, hold
from heli.orgs.models import Unit
from heli.people.commands import edit_member, leave, link_member, link_those_without, unlink_member
from heli.people.models import MemberRow
from heli.plans.commands.publish import publish
from heli.plans.models import Run
from heli.plans.sheets.village_book import read

SOURCE = Path(__file__).resolve().parent.parent / "src"
CHANGES = {"save", "update", "delete", "bulk_update", "get_or_create", "update_or_create"}
OWNERLESS = {
    "heli.orgs.commands": {"change_role", "switch", "new_password"},  # an account may work in several units
    "heli.plans.commands.publish": {"keep_drawing"},  # adds a file, or finds that another did
}
"""Commands that change rows of no unit, and why that is so."""

OF_A_UNIT = {"heli.kernel.imports.commands"}
"""Modules of the kernel whose commands change rows of a unit."""


def commands():
    """The modules that write, by dotted name: ``commands.py`` and the package ``commands`` of each slice."""
    paths = [*SOURCE.glob("heli/*/commands.py"), *SOURCE.glob("heli/*/commands/*.py")]
    paths += [
        SOURCE / "heli/kernel" / name
        for name in ("web/links.py", "imports/commands.py", "imports/writing.py")
    ]
    found = {}
    for path in sorted(paths):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text("utf-8"))
    return found


TREES = commands()
FUNCTIONS = {
    (module, node.name): node
    for module, tree in TREES.items()
    for node in tree.body
    if isinstance(node, ast.FunctionDef)
}


def called(module, call):
    """The function of a command module that a call by name reaches; none for any other call."""
    if not isinstance(call.func, ast.Name):
        return None
    name = call.func.id
    if (module, name) in FUNCTIONS:
        return module, name
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ImportFrom) and name in {alias.asname or alias.name for alias in node.names}:
            if node.module in TREES and (node.module, name) not in FUNCTIONS:  # a package hands it on
                return called(node.module, call)
            return (node.module, name) if (node.module, name) in FUNCTIONS else None
    return None


def changes_rows(call):
    """Whether a call changes rows that are there: an insert alone makes nobody wait."""
    if not isinstance(call.func, ast.Attribute):
        return False
    given = {word.arg for word in call.keywords}
    if call.func.attr == "bulk_create":
        return "update_conflicts" in given
    if call.func.attr == "update" and call.args:  # a dictionary's
        return False
    return call.func.attr in CHANGES and "force_insert" not in given


@cache
def steps(module, name):
    """What a function does to the database, in order: ``hold``, ``lock``, ``change`` and where."""
    found = []
    calls = [node for node in ast.walk(FUNCTIONS[module, name]) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.end_lineno, node.end_col_offset)):
        function = called(module, call)
        if function == ("heli.orgs.commands", "hold") or ast.unparse(call.func).endswith(").hold"):
            found.append("hold")  # of an importable: its test says that it is the same
        elif function is not None and function != (module, name):
            found += steps(*function)
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "select_for_update":
            found.append(f"lock {module}:{call.lineno}")
        elif changes_rows(call):
            found.append(f"change {module}:{call.lineno}")
    return tuple(found)


def atomic():
    """Every command that is a transaction of its own."""
    return [
        (module, name)
        for (module, name), node in FUNCTIONS.items()
        if any(ast.unparse(mark) == "transaction.atomic" for mark in node.decorator_list)
    ]


@pytest.mark.parametrize(("module", "name"), atomic())
def test_a_command_holds_the_unit_before_it_changes_anything(module, name):
    if (module in OF_A_UNIT or not module.startswith("heli.kernel")) and name not in OWNERLESS.get(
        module, ()
    ):
        assert [*steps(module, name), "hold"][0] == "hold"


def test_the_walk_sees_what_the_commands_do():
    walked = {name for module, name in atomic() if steps(module, name)[:1] == ("hold",)}
    assert {"edit_household", "leave", "publish", "import_rows", "undo_import", "tick", "undo"} <= walked
    assert {
        "accept_swap",
        "make_feed",
        "link_member",
        "move_household",
        "store_run",
        "exempt_for_age",
    } <= walked
    assert len(walked) > 40
    for module, names in OWNERLESS.items():
        assert all(steps(module, name) for name in names), "no exception without a reason"


def test_nothing_else_is_locked_and_no_lock_reaches_other_tables():
    locks = {}
    for path in sorted((SOURCE / "heli").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "select_related":
                assert "select_for_update" not in ast.unparse(node.value), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr == "select_for_update":
                    locks.setdefault(path.relative_to(SOURCE / "heli").as_posix(), []).append(node)
                if node.func.attr == "select_related":
                    assert "select_for_update" not in ast.unparse(node), path
    assert {path for path in locks if not path.startswith("kernel/")} == {"orgs/commands.py"}
    for node in locks["orgs/commands.py"]:
        assert [ast.unparse(word) for word in node.keywords] == ["no_key=True"]


# --- the same in threads

ROUNDS = 6


def again(*deeds):
    """Do some deeds by turns, several times over; what became of each is kept: a refusal is no fault."""

    def run():
        for number in range(ROUNDS):
            for deed, done in deeds:
                try:
                    deed(number)
                    done.append("done")
                except DomainError as refused:
                    done.append(refused.code)

    return run


def publishing(world, run):
    """The draft published, as far as nobody changed the village since; and a division whatever changed."""
    today, village = timezone.localdate(), world.village
    table = DivisionTable(village.name, today, (), ())

    def deed(number):
        member = world.members[number % 2]
        publish_division(SYSTEM, village, today, table, {row.pk: member.pk for row in world.households})
        revision = Unit.objects.values_list("revision", flat=True).get(pk=village.pk)
        Run.objects.filter(pk=run.pk).update(state="draft", revision=revision)
        publish(SYSTEM, run.pk, run.version, today, monday_after(today), today)

    return deed


def edit_all(world):
    def deed(number):
        for row in world.households:
            edit_household(SYSTEM, row, {"people": 10 + number})

    return deed


def importing(world, tmp_path):
    book, today = tmp_path / "book.xlsx", timezone.localdate()
    book.write_bytes(file_of(rows_of(world.home)).read())
    result = read_handed(read, [(book, book.name)], [], today, {"name": world.village.name})

    def deed(_number):
        made = upload_books(SYSTEM, "village", world.village, [UploadedBook(book.name, "", b"x")], today)
        keep_reading(made.pk, made.version, result, today)
        now = Upload.objects.get(pk=made.pk)
        import_rows(SYSTEM, now.pk, (now.version, now.revision), today, confirmed=True)
        undo_import(SYSTEM, now.pk)

    return deed


@pytest.mark.django_db(transaction=True)
def test_publish_edit_import_and_move_in_never_wait_for_each_other(world, tmp_path):
    run, house, member = draft(world), world.households[0], world.members[0]
    deeds = {
        "publish": publishing(world, run),
        "import": importing(world, tmp_path),
        "household": edit_all(world),
        "let": lambda number: set_let(SYSTEM, world.households[1], let=True, tenants=10 + number),
        "split": lambda number: split_household(SYSTEM, house, f"林分{number}", 1, None),
        "move in": lambda number: move_in(SYSTEM, world.village, {"address": f"前街{90 + number}号"}),
        "member": lambda number: edit_member(SYSTEM, member, {"remark": f"{number}"}),
        "leave": lambda number: leave(SYSTEM, world.members[3], soon(90 + number)),
        "link": lambda _number: link_member(SYSTEM, member, timezone.now()),
        "feed": lambda _number: make_feed(SYSTEM, member),
    }
    done = {name: [] for name in deeds}
    threads = [("publish",), ("import",), ("household", "let"), ("split", "move in")]
    threads += [("member", "leave"), ("link", "feed")]
    found = at_once(*(again(*((deeds[name], done[name]) for name in names)) for names in threads))
    assert found == ["done"] * len(threads)
    for name in deeds.keys() - {"publish", "import"}:
        assert done[name] == ["done"] * ROUNDS, name
    assert Division.objects.filter(village=world.village).count() >= ROUNDS
    assert Link.objects.filter(household=house, until=None).count() <= 1


@pytest.mark.django_db(transaction=True)
def test_the_order_turned_round_is_a_deadlock_that_this_test_sees(world):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: nothing can wait for two")
    house, member, both = world.households[0], world.members[0], threading.Barrier(2, timeout=20)

    @transaction.atomic
    def row_first():
        HouseholdRow.objects.select_for_update().get(pk=house.pk)
        both.wait()
        bump_revision(world.village)

    @transaction.atomic
    def unit_first():
        hold(world.village)
        both.wait()
        Link.objects.create(household=house, member=member, since=timezone.localdate())

    found = at_once(row_first, unit_first)
    assert sorted("deadlock detected" in said for said in found) == [False, True]
    assert "done" in found


@pytest.mark.django_db(transaction=True)
def test_a_link_made_by_a_double_click_is_one_link_and_no_fault(world):
    member, now = world.members[0], timezone.now()
    for _round in range(ROUNDS):
        found = at_once(*[lambda: link_member(SYSTEM, member, now)] * 4)
        assert found == ["done"] * 4
        assert PersonalLink.objects.filter(subject=member.pk, revoked_at=None).count() == 1
        unlink_member(SYSTEM, member, now)


@pytest.mark.django_db(transaction=True)
def test_links_for_all_by_a_double_click_are_one_each(world):
    today, now, made = timezone.localdate(), timezone.now(), []

    def all_links():
        made.append(len(link_those_without(SYSTEM, world.village, today, now)))

    assert at_once(*[all_links] * 4) == ["done"] * 4
    assert sorted(made) == [0, 0, 0, 4]
    assert Event.objects.filter(verb="link.made").count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_member_pages_links_and_swaps_at_once(world):
    seats, member = every_day(world), world.members[0]
    date = soon()
    mine = next(each for each in turns_on(world.village, date) if each.key == seat_of(seats, date).pk)
    deeds = [
        lambda: offer_turn(actor_of(world.leader), world.village, mine, timezone.localtime()),
        lambda: leave(SYSTEM, member, date + datetime.timedelta(days=40)),
        lambda: make_feed(SYSTEM, member),
        lambda: make_feed(SYSTEM, member),
        lambda: edit_member(SYSTEM, MemberRow.objects.get(pk=member.pk), {"remark": "会开车"}),
    ]
    assert at_once(*deeds) == ["done"] * len(deeds)
