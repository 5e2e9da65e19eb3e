"""``heli``: the command line. Its words are the management commands of the slices."""

from __future__ import annotations

import os
import sys

FILE_WORDS = ("tables", "template", "village", "welcome", "read")
"""Words that turn files into files: no database, no web, so that they start at once."""


def main() -> None:
    """Run one command; without a word, say which there are."""
    words, district = _district(sys.argv[1:] or ["welcome"])
    if words[0] == "demo":
        os.environ.setdefault("HELI_DEMO", "1")
    alone = words[0] in FILE_WORDS
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"heli.config.{'files' if alone else 'settings'}")
    from django.core import management  # noqa: PLC0415 - settings come first
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - as above

    from heli.kernel.lib.console import prepare  # noqa: PLC0415 - as above

    try:
        prepare()
    except ImproperlyConfigured as wrong:
        sys.stderr.write(f"{wrong}\n")
        raise SystemExit(2) from None
    if district:
        _choose(district)
    slice_ = "heli.plans" if alone else management.get_commands().get(words[0], "django.core")
    if slice_ == "django.core":
        management.execute_from_command_line(["heli", *words])
    else:
        management.load_command_class(str(slice_), words[0]).run_from_argv(["heli", *words])


def _district(words: list[str]) -> tuple[list[str], str]:
    """The words without ``--district NAME``, and the name; any word of the command takes it."""
    for place, word in enumerate(words):
        if word == "--district" and place + 1 < len(words):
            return words[:place] + words[place + 2 :], words[place + 1]
        if word.startswith("--district="):
            return words[:place] + words[place + 1 :], word.partition("=")[2]
    return words, ""


def _choose(district: str) -> None:
    """This whole process is of one district."""
    from heli.kernel.lib import districts  # noqa: PLC0415 - settings come first

    try:
        districts.choose(district)
    except districts.NoDistrict as unknown:
        sys.stderr.write(f"{unknown}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
