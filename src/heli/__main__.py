"""``heli``: the command line. Its words are the management commands of the slices."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Run one command; without a word, say which there are."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heli.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings come first

    execute_from_command_line([Path(sys.argv[0]).name, *(sys.argv[1:] or ["welcome"])])


if __name__ == "__main__":
    main()
