"""``heli``: the command line. Its words are the management commands of the slices."""

from __future__ import annotations

import os
import sys

FILE_WORDS = ("tables", "template", "village", "welcome", "read")
"""Words that turn files into files: no database, no web, so that they start at once."""


def main() -> None:
    """Run one command; without a word, say which there are."""
    words = sys.argv[1:] or ["welcome"]
    if words[0] == "demo":
        os.environ.setdefault("HELI_DEMO", "1")
    alone = words[0] in FILE_WORDS
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"heli.config.{'files' if alone else 'settings'}")
    from django.core import management  # noqa: PLC0415 - settings come first

    from heli.kernel.lib.console import prepare  # noqa: PLC0415 - as above

    prepare()
    slice_ = "heli.plans" if alone else management.get_commands().get(words[0], "django.core")
    if slice_ == "django.core":
        management.execute_from_command_line(["heli", *words])
    else:
        management.load_command_class(str(slice_), words[0]).run_from_argv(["heli", *words])


if __name__ == "__main__":
    main()
