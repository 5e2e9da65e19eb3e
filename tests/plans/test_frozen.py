"""Documents of every schema ever written are read and give the same; a newer one is refused in words.

``frozen`` holds one document of each kind and schema, of invented people. It is never written anew: a change
of the code that cannot read it any more is a fault of the change.
"""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.urls import reverse
from django.utils import timezone
from msgspec.structs import asdict
from openpyxl import load_workbook
from tests.plans.books import village
from tests.plans.publishing import draft, in_force

from heli.duties import papers as duty_papers
from heli.duties.models import Roster
from heli.duties.queries import SCHEMA as ROSTER_SCHEMA
from heli.duties.queries import roster_from_json, roster_to_json
from heli.grids import papers as grid_papers
from heli.grids.models import Division
from heli.grids.queries import SCHEMA as DIVISION_SCHEMA
from heli.grids.queries import division_from_json, division_to_json
from heli.kernel.imports.models import Upload
from heli.kernel.imports.preview import PartCount, ShownPart, kept_parts, parts_in
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.records import from_json, to_json
from heli.kernel.lib.schema import UNREADABLE, schema_of
from heli.plans.models import Run
from heli.plans.queries.runs import plan_of
from heli.plans.rules import VILLAGE_SCHEMA, village_from_json, village_to_json
from heli.plans.rules.document import PLAN_SCHEMA, read_previous, read_turns
from heli.plans.rules.facts import (
    FACTS_SCHEMA,
    Asked,
    Change,
    KeptProblem,
    facts_from_json,
    facts_to_json,
)

FROZEN = Path(__file__).resolve().parents[1] / "frozen"
NEWEST = {
    "division": DIVISION_SCHEMA,
    "roster": ROSTER_SCHEMA,
    "plan": PLAN_SCHEMA,
    "village": VILLAGE_SCHEMA,
}
READERS = {
    "division": division_from_json,
    "roster": roster_from_json,
    "plan": read_previous,
    "village": village_from_json,
}
BOOKS = {"division": grid_papers.division_book, "roster": duty_papers.roster_book}


def frozen(name):
    return json.loads((FROZEN / name).read_text("utf-8"))


def schemas(*kinds):
    return [(kind, number) for kind in kinds for number in range(1, NEWEST[kind] + 1)]


def cells(path):
    book = load_workbook(path)
    return {
        sheet.title: [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
        for sheet in book.worksheets
    }


@pytest.mark.parametrize(("kind", "number"), schemas("division", "roster"))
def test_a_frozen_table_is_drawn_as_it_was(kind, number, tmp_path):
    table = READERS[kind](frozen(f"{kind}-{number}.json"))
    path = tmp_path / "table.xlsx"
    BOOKS[kind](table, path)
    assert cells(path) == frozen(f"{kind}-{number}.sheets.json")
    if kind == "roster":
        assert duty_papers.notice(table) == (FROZEN / f"roster-{number}.notice.txt").read_text("utf-8")


@pytest.mark.parametrize(("kind", "number"), schemas(*READERS))
def test_a_frozen_document_carries_its_schema(kind, number):
    document = frozen(f"{kind}-{number}.json")
    assert schema_of(document, NEWEST[kind]) == number
    assert READERS[kind](document)


def test_a_table_written_now_is_of_the_newest_schema_and_loses_nothing():
    division = division_from_json(frozen(f"division-{DIVISION_SCHEMA}.json"))
    roster = roster_from_json(frozen(f"roster-{ROSTER_SCHEMA}.json"))
    assert division_to_json(division) == frozen(f"division-{DIVISION_SCHEMA}.json")
    assert roster_to_json(roster) == frozen(f"roster-{ROSTER_SCHEMA}.json")
    book = frozen("village-1.json")
    assert village_to_json(village_from_json(book)) == {"schema": VILLAGE_SCHEMA, **book}


def test_a_frozen_plan_gives_links_turns_and_history():
    plan = frozen("plan-1.json")
    previous, stood = read_previous(plan), read_turns(plan)
    assert previous.links["上宅弄1号"] == "林喆"
    assert len(previous.turns) == sum(len(slot["seats"]) for slot in plan["roster"]["slots"])
    assert sum(total for total, _early, _weekend in stood.counts.values()) == len(previous.turns)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("number", ["next", 0, "2", True, None])
def test_a_newer_or_senseless_schema_is_refused_in_words(kind, number):
    document = {**frozen(f"{kind}-1.json"), "schema": NEWEST[kind] + 1 if number == "next" else number}
    words = "请先升级合力" if number == "next" else "格式号认不得"
    with pytest.raises(DomainError, match=words) as refused:
        READERS[kind](document)
    assert refused.value.code == UNREADABLE


def test_the_command_line_refuses_a_newer_plan_in_one_line(tables, tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({**frozen("plan-1.json"), "schema": PLAN_SCHEMA + 1}), "utf-8")
    with pytest.raises(CommandError, match=r"^plan.json：这份资料是新版的合力写的.*$"):
        tables(village(), "--previous", str(path))


@pytest.mark.django_db
def test_pages_refuse_a_newer_table_in_words(world):
    in_force(world, timezone.localdate())
    for model in (Division, Roster):
        row = model.objects.get()
        row.table = {**row.table, "schema": 99}
        row.save()
        answer = world.client(world.unit_officer).get(reverse("published", kwargs={"key": world.village.pk}))
        assert answer.status_code == 409
        assert "请先升级合力" in answer.content.decode()
        row.table = {**row.table, "schema": 2}
        row.save()


@pytest.mark.django_db
def test_a_draft_of_a_newer_heli_is_refused(world):
    run = draft(world)
    assert run.facts["schema"] == FACTS_SCHEMA
    Run.objects.filter(pk=run.pk).update(facts={**run.facts, "schema": FACTS_SCHEMA + 1})
    with pytest.raises(DomainError, match="请先升级合力"):
        plan_of(Run.objects.select_related("village").get(pk=run.pk), timezone.localdate())


@pytest.mark.parametrize("which", ["run", "failed"])
def test_a_run_stored_before_there_were_records_is_read_whole(which):
    kept = frozen("stored-1.json")[which]
    facts = facts_from_json(kept["facts"])
    whole = {"schema": FACTS_SCHEMA, **to_json(asdict(facts))}
    assert {name: whole[name] for name in kept["facts"]} == kept["facts"]
    assert facts_from_json(facts_to_json(facts)) == facts
    assert to_json(from_json(kept["options"], Asked)) == kept["options"]
    assert [to_json(row) for row in from_json(kept["problems"], tuple[KeptProblem, ...])] == kept["problems"]


def test_a_change_stored_before_there_were_records_is_read_whole():
    kept = frozen("stored-1.json")["run"]["edit"]
    for side in kept.values():
        assert to_json(from_json(side, Change)) == {"version": 0, **side}


def test_an_upload_stored_before_there_were_records_is_read_whole():
    kept = frozen("stored-1.json")["upload"]
    upload = Upload(**kept)
    assert [to_json(fix) for fix in upload.fixed] == kept["fixes"]
    assert [to_json(row) for row in upload.found] == kept["problems"]
    assert [[said.sheet, said.row, said.column, said.text, said.words] for said in upload.said] == kept[
        "understood"
    ]
    assert {code: to_json(part) for code, part in upload.undone.items()} == kept["undo"]
    for document, record in ((kept["preview"], ShownPart), (kept["facts"]["changes"], PartCount)):
        assert kept_parts(*parts_in(document, record)) == document
    assert kept["problems"]
    assert kept["undo"]["households"]["before"]
