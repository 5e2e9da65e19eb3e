"""The upload pages in a real browser: a cell corrected, the preview, the import; each good to look at."""

import pytest
from tests.browser.looking import assert_good
from tests.plans.test_uploads import file_of, finish, rows_of

from heli.kernel.imports.models import Upload


@pytest.mark.parametrize("js", [True, False])
@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_from_a_book_to_the_rows(world, browse, tmp_path, width, js):
    sheets = rows_of(world.home)
    sheets["农户"][2] = ("前街3号", "林二川", "好几口", "否", "", "10012345678")
    sheets["农户"].append(sheets["农户"][1])
    sheets["农户"].append(("塘边8号", "贺新来", 4, "否", "", ""))
    sheets["农户"].pop(5)
    path = tmp_path / "青溪村.xlsx"
    path.write_bytes(file_of(sheets).read())
    page = browse(
        f"/village/{world.village.pk}/upload/", width=width, js=js, client=world.client(world.unit_officer)
    )
    good = assert_good if js else lambda *_: None
    good(page, f"uploads-{width}")
    page.set_input_files("input[type=file]", str(path))
    page.click("main form button.primary")
    upload = Upload.objects.get()
    finish(upload)
    page.goto(f"/upload/{upload.pk}/")
    good(page, f"upload-{width}")
    page.locator("input[value='好几口'][name^=text]").fill("5")
    page.click("section form button:not(.primary)")
    finish(upload)
    page.goto(f"/upload/{upload.pk}/")
    good(page, f"upload-fixed-{width}")
    page.goto(f"/upload/{upload.pk}/changes/?part=households&kind=changed")
    good(page, f"upload-changes-{width}")
    page.goto(f"/upload/{upload.pk}/")
    page.click("section form button.primary")
    page.wait_for_load_state()
    good(page, f"upload-imported-{width}")
    upload.refresh_from_db()
    assert upload.state == "imported"
