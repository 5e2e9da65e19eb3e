"""Django's SQLite connection, kept open from request to request: it notices when its file was replaced."""

from __future__ import annotations

from pathlib import Path

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Opening a file costs some two milliseconds, so connections stay open (``CONN_MAX_AGE``).

    A restore may put another file in the place of theirs. Django asks ``is_usable`` at the start of each
    request (``CONN_HEALTH_CHECKS``), closes what is not, and connects anew: to the file that is there now.
    """

    _file: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, object]) -> object:
        """Connect, and remember which file it is."""
        opened = super().get_new_connection(conn_params)
        self._file = self._file_now()
        return opened

    def is_usable(self) -> bool:
        """Whether the file of this connection still is the one of that name."""
        return self._file == self._file_now()

    def _file_now(self) -> tuple[int, int] | None:
        """Device and number of the file; none when there is no such file, as for a database in memory."""
        try:
            found = Path(self.settings_dict["NAME"]).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
