"""Every book of the corpus is read as it must be, in every form it comes in."""

import pytest
from tests.corpus import Case, cases


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_book_is_read_as_it_must_be(case: Case, tmp_path):
    assert case.differences(case.read(tmp_path)) == []
