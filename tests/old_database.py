"""A small database as the first version of Heli had it: the first migrations of every app, with rows in them.

Run as a program, in a process of its own, with the address of an empty database in ``HELI_DATABASE``.
"""

import datetime
import json
import uuid
from pathlib import Path

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

FROZEN = Path(__file__).resolve().parent / "frozen"
VILLAGE, MEMBER, OTHER, HOUSE, EMPTY, POST, RUN, TURN, FILE, ACCOUNT, LINK = (
    uuid.UUID(int=number) for number in range(1, 12)
)
DAY = datetime.date(2026, 11, 2)  # a Monday
BACK = DAY + datetime.timedelta(days=9)
"""The last day of an absence: the first version kept that day, later ones the day after."""
LATER = ("imports",)
"""Apps of Heli that the first version did not have."""
SLOTS = [{"name": "早", "start": "05:30", "end": "07:30", "period": "early"}]


def first_migrations(executor):
    """Those that first made the tables of each app of Heli; of several, the last."""
    nodes = sorted(executor.loader.graph.nodes.items())
    first = {key[0]: key for key, made in nodes if made.initial and made.__module__.startswith("heli.")}
    return [key for app, key in first.items() if app not in LATER]


def build():
    """Make the tables and fill them."""
    executor = MigrationExecutor(connection)
    fill(executor.migrate(first_migrations(executor)).apps.get_model)


def fill(model):
    """One village: who serves and who is away, a published table of each kind, a draft, a book handed in."""

    def add(app, table, /, **values):
        return model(app, table).objects.create(**values)

    zone = add("orgs", "Unit", kind="zone", name="合力开发区", path="合力/")
    unit = add("orgs", "Unit", pk=VILLAGE, kind="village", name="青溪村", path="合力/青溪/", parent=zone)
    account = add("accounts", "Account", pk=ACCOUNT, username="unit", name="林知远", large=True)
    add("access", "Grant", account=account, role="unit", scope=unit.path)
    member = add("people", "MemberRow", pk=MEMBER, village=unit, name="苏晚晴", home="前街1号")
    other = add("people", "MemberRow", pk=OTHER, village=unit, order=1, name="钱望舒", home="前街2号")
    add("people", "Absence", member=other, since=DAY, until=BACK, why="住院")
    add("people", "Phone", owner=MEMBER, village=unit, number="13900000000")
    add("accounts", "PersonalLink", pk=LINK, subject=MEMBER, token_hash="0" * 64)
    places = {"lane": "前街", "number": 3}
    house = add("grids", "HouseholdRow", pk=HOUSE, village=unit, address="前街3号", head="何映雪", **places)
    add("grids", "HouseholdRow", pk=EMPTY, village=unit, address="前街4号", no_link="空房", order=1)
    add("grids", "Newcomers", village=unit, address="前街5号", people=4, counted_on=DAY)
    post = add("duties", "PostRow", pk=POST, village=unit, name="1号点", slots=SLOTS)
    publish(add, unit, house, member)
    run = {"state": "draft", "revision": 0, "options": {"date": DAY.isoformat()}, "created_by": "林知远"}
    draft = add("plans", "Run", pk=RUN, village=unit, **run)
    add("plans", "PlannedLink", run=draft, household=house, member=other, distance=40)
    seat = {"week": 1, "weekday": 1, "slot": "早", "kind": "duty"}
    add("plans", "PlannedSeat", run=draft, post=post, member=other, **seat)
    book = add(
        "files", "File", pk=FILE, name="青溪村.csv", media_type="text/csv", sha256="0" * 64, data=b"a,b"
    )
    add("plans", "Upload", village=unit, file=book, state="imported", village_rows={}, created_by="林知远")
    add("jobs", "Job", kind="make_run", scope=unit.path, state="done")


def publish(add, unit, house, member):
    """The two tables in force, as the first version kept them: with names alone."""
    said = {"village": unit, "number": 1, "since": DAY, "published_by": "林知远"}
    division = json.loads((FROZEN / "division-1.json").read_text("utf-8"))
    add("grids", "Division", **said, table=division)
    add("grids", "Link", household=house, member=member, since=DAY)
    table = json.loads((FROZEN / "roster-1.json").read_text("utf-8"))
    roster = add("duties", "Roster", **said, repeats=True, weeks=1, table=table)
    hours = {"slot": "早", "start": "05:30", "end": "07:30", "post": "1号点", "where": "桥头", "kind": "duty"}
    turn = add("duties", "Turn", pk=TURN, roster=roster, member=member, week=1, weekday=1, **hours)
    add("duties", "Presence", turn=turn, member=member, date=DAY, stood=True, ticked_by="林知远")


if __name__ == "__main__":
    django.setup()
    build()
