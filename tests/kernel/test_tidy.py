"""What is kept no longer is deleted, what is needed stays."""

import datetime

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from heli.kernel.accounts.models import PersonalLink
from heli.kernel.audit.models import Event
from heli.kernel.files.models import File
from heli.kernel.imports.models import Upload
from heli.kernel.jobs.models import Job, State
from heli.plans.models import Run, RunState


def test_only_what_is_over_is_deleted(world):
    now, today = timezone.now(), timezone.localdate()
    old = now - datetime.timedelta(days=92)
    for at in (old, now):
        Job.objects.create(kind="make_run", scope="", state=State.DONE, finished_at=at, created_at=at)
        Upload.objects.create(what="village", unit=world.village, created_at=at, phones={"x": "1"})
        for state in (RunState.DRAFT, RunState.PUBLISHED):
            Run.objects.create(village=world.village, revision=0, state=state, created_at=at)
        PersonalLink.objects.create(subject=world.members[0].pk, token_hash=str(at), revoked_at=at, scope="")
        Session.objects.create(session_key=str(at)[:40], session_data="", expire_date=at)
    Session.objects.create(
        session_key="still", session_data="", expire_date=now + datetime.timedelta(hours=1)
    )
    Job.objects.create(kind="make_run", scope="", created_at=old)
    for until in (today - datetime.timedelta(days=1), today, None):
        File.objects.create(name="x", media_type="text/plain", sha256="", data=b"", keep_until=until)
    call_command("tidy")
    left = [table.objects.count() for table in (Job, Upload, Run, PersonalLink, File)]
    assert left == [2, 1, 3, 1, 2]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["still"]
    assert Event.objects.get(verb="tidy").facts == {"rows": 7}
    call_command("tidy")
    assert Event.objects.filter(verb="tidy").count() == 1
