"""Deeds on real threads, each with a connection of its own, all begun at one moment: at most seven, since
a process has eight connections and the test itself uses one."""

import threading

from django.db import OperationalError, connection

from heli.kernel.lib.errors import DomainError


def at_once(*deeds):
    """What became of each: ``done``, the code of the refusal, or what the database said."""
    gate, found = threading.Barrier(len(deeds), timeout=20), [""] * len(deeds)

    def run(place, deed):
        try:
            connection.ensure_connection()
            gate.wait()
            deed()
            found[place] = "done"
        except DomainError as refusal:
            found[place] = refusal.code
        except OperationalError as error:
            found[place] = str(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def eight_write(deed):
    """Eight threads, each with a connection of its own, do the deed ten times, given how
    often they did it before.
    """

    def write():
        for number in range(10):
            deed(number)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
