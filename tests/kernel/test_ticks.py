"""Periodic work is done once each time it is due, by whoever looks first."""

import datetime
import time

import pytest
from django.utils import timezone
from tests.at_once import at_once

from heli.kernel.jobs.models import Tick
from heli.kernel.jobs.ticks import run_if_due

DAY = datetime.timedelta(days=1)


@pytest.mark.django_db
def test_it_is_done_once_each_time_it_is_due():
    done, now = [], timezone.now()
    looks = (now, now + DAY / 2, now + DAY, now + DAY, now + 5 * DAY)
    assert [run_if_due("count", DAY, lambda: done.append(1), at) for at in looks] == [
        True, False, True, False, True
    ]  # fmt: skip
    assert len(done) == 3


@pytest.mark.django_db
def test_work_that_fails_is_due_again():
    now = timezone.now()
    with pytest.raises(ZeroDivisionError):
        run_if_due("count", DAY, lambda: 1 / 0, now)
    assert Tick.objects.get(name="count").due_at == now
    assert run_if_due("count", DAY, lambda: None, now)


@pytest.mark.django_db(transaction=True)
def test_of_those_who_look_at_once_one_does_it():
    done, now = [], timezone.now()

    def work():
        time.sleep(0.05)
        done.append(1)

    for number in range(6):
        assert (
            at_once(*[lambda at=number: run_if_due("count", DAY, work, now + at * DAY)] * 4) == ["done"] * 4
        )
        assert len(done) == number + 1
