"""Files that only the system account of the server may read: the database, secrets, backups."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

SHORTEST = 32
"""Characters that a secret has at least."""


def keep_private(folder: Path, files: Iterable[Path]) -> None:
    """From now on this process and those it starts make files that nobody else may read.

    The data folder, what lies directly in it and the ``files`` with what belongs to them (a database's log,
    copies kept beside it) lose the rights of others. What another account owns stays as it is: only that
    account may change it.
    """
    os.umask(0o077)
    found = [folder, *(folder.iterdir() if folder.is_dir() else ())]
    for file in files:
        found += file.parent.glob(f"{file.name}*") if file.parent.is_dir() else ()
    for path in found:
        with suppress(FileNotFoundError, PermissionError):  # a log goes away when its database is closed
            mode = path.stat().st_mode & 0o777
            if mode & 0o077 and not path.is_symlink():
                path.chmod(mode & 0o700)


def kept_secret(path: Path) -> str:
    """The secret in a file, which is made by the first process that asks for it, whole or not at all.

    Raises ``ValueError`` when the file is empty or too short to be a secret: it was cut off, and another one
    in its place would end every session or break the audit without a word.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(
            prefix=f".{path.name}-", dir=path.parent
        )  # only its owner may read it
        try:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(48))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was quicker: its secret counts
                os.link(part, path)
        finally:
            Path(part).unlink()
    return checked_secret(path.read_text().strip(), str(path))


def checked_secret(text: str, name: str) -> str:
    """``text``, which ``name`` gives. Raises ``ValueError`` when it is too short to be a secret."""
    if len(text) < SHORTEST:
        raise ValueError(
            f"{name} 是空的或者不完整，请从保存的地方放回原来的；没有的话，删掉它会重新生成一个。 / "
            f"{name} is empty or cut off: put back the one you keep elsewhere, or delete it for a new one."
        )
    return text
