"""``heli``: the command line. Its words are the management commands of the slices."""

from __future__ import annotations

import os
import signal
import sys
import traceback
import warnings

FILE_WORDS = {
    "tables": "heli.plans",
    "template": "heli.plans",
    "welcome": "heli.plans",
    "read": "heli.kernel.imports",
    "village": "heli.demo",
}
"""Words that turn files into files, with their slice: no database, no web, so that they start at once."""


def main() -> None:
    """Run one command; without a word, say which there are.

    A fault of the machine (no folder, a full disk, no database, a wrong setting) is one line and exit code 2,
    Ctrl-C is 130. A fault of the program is a traceback without secrets and exit code 1.
    """
    try:
        _run(sys.argv[1:] or ["welcome"])
        sys.stdout.flush()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: there is nothing left to interrupt
    except (Exception, KeyboardInterrupt) as error:
        raise SystemExit(_say(error)) from None


def _run(given: list[str]) -> None:
    words, district = _district(given)
    alone = words[0] in FILE_WORDS
    _set_environment(words, alone)
    from django.core import management  # noqa: PLC0415 - settings come first

    from heli.kernel.lib.console import prepare  # noqa: PLC0415 - as above

    # said by Django where PostgreSQL is away, beside the error itself
    warnings.filterwarnings("ignore", "Normally Django will use a connection", RuntimeWarning)
    prepare()
    if district:
        from heli.kernel.lib import districts  # noqa: PLC0415 - as above

        districts.activate(district)
    slice_ = FILE_WORDS.get(words[0]) or management.get_commands().get(words[0], "django.core")
    if slice_ == "django.core":
        if words[0] == "migrate":
            _open_database()
        management.execute_from_command_line(["heli", *words])
    else:
        management.load_command_class(str(slice_), words[0]).run_from_argv(["heli", *words])


def _open_database() -> None:
    """Ask for the database: Django's own checks would say something else of one that cannot be written."""
    from django.db import transaction  # noqa: PLC0415 - settings come first

    with transaction.atomic():
        pass


def _set_environment(words: list[str], alone: bool) -> None:
    """Choose the settings, before they are read. A demo never opens the database of real use."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"heli.config.{'files' if alone else 'settings'}")
    if words[0] == "demo":
        os.environ["HELI_DEMO"] = "1"
        for name in ("HELI_DATABASE", "HELI_DISTRICTS"):
            os.environ.pop(name, None)
    elif words[0] == "serve" and "--local" in words:
        os.environ["HELI_LOCAL"] = "1"


def _district(words: list[str]) -> tuple[list[str], str]:
    """The words without ``--district NAME``, and the name; any word of the command takes it."""
    for place, word in enumerate(words):
        if word == "--district" and place + 1 < len(words):
            return words[:place] + words[place + 2 :], words[place + 1]
        if word.startswith("--district="):
            return words[:place] + words[place + 1 :], word.partition("=")[2]
    return words, ""


def _say(error: BaseException) -> int:
    """Write what went wrong to stderr; the exit code."""
    from heli.kernel.lib.faults import one_line  # noqa: PLC0415 - a run without a fault needs neither
    from heli.kernel.lib.logs import without_secrets  # noqa: PLC0415 - as above

    if isinstance(error, BrokenPipeError) or not _can_write():
        # what is still in the buffer can go nowhere; Python would try once more at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    line = one_line(error)
    sys.stderr.write(f"{line}\n" if line else without_secrets("".join(traceback.format_exception(error))))
    if isinstance(error, KeyboardInterrupt):
        return 130
    return 2 if line else 1


def _can_write() -> bool:
    """Whether stdout takes what was written to it."""
    try:
        sys.stdout.flush()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
