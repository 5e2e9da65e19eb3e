"""More for the pages about plans, published tables and uploads to list."""

import datetime

from django.utils import timezone
from tests.duties.grow import seat_in_force
from tests.plans.access import draft
from tests.plans.publishing import in_force
from tests.plans.test_uploads import file_of, rows_of

from heli.grids.models import HouseholdRow
from heli.kernel.access.actor import SYSTEM
from heli.kernel.imports.commands import UploadedBook, keep_reading, upload_books
from heli.kernel.imports.models import Upload
from heli.kernel.imports.reading import read_handed
from heli.plans.models import Run
from heli.plans.sheets.village_book import read

DAY = datetime.timedelta(days=1)
ONCE = ("uploads_template",)
QUERY = {"upload_changes": "?part=households&kind=new", "responsible": "?q=前街"}


def grow(world, folder, _mark):
    """One more version of both tables, the first with one before it, and one more book."""
    today = timezone.localdate()
    if not Run.objects.exists():
        in_force(world, today - 60 * DAY, low=0)
    HouseholdRow.objects.filter(village=world.village).update(lon=120.1, lat=29.3)
    in_force(world, today - 30 * DAY, low=0)
    upload(world, folder, today)


def upload(world, folder, today):
    """A book with as many new, changed and gone households as there are, and a problem in each."""
    sheets = rows_of(world.home)
    kept = HouseholdRow.objects.filter(village=world.village).count() // 2
    sheets["农户"] = sheets["农户"][: 1 + kept // 2]
    sheets["农户"] += [(f"塘边{n}号", f"贺新{n}", "不知道", "否", "", "") for n in range(kept)]
    book = folder / "book.xlsx"
    book.write_bytes(file_of(sheets).read())
    made = upload_books(
        SYSTEM, "village", world.village, [UploadedBook(book.name, "", book.read_bytes())], today
    )
    found = read_handed(read, [(book, book.name)], [], today, {"name": "青溪村"})
    keep_reading(made.pk, made.version, found, today)


def richer(world):
    """Arguments of pages of a book that was read, a version in force, a plan under review."""
    last, number = Upload.objects.first(), seat_in_force(world).roster.number
    return {
        "upload": {"key": last.pk},
        "upload_changes": {"key": last.pk},
        "publication": {"key": world.village.pk, "kind": "roster", "number": number},
        "publish": draft(world),
    }
