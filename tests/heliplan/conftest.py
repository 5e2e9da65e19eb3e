"""The tests of the planning library compile loops whatever time a solve has, unless they say otherwise."""

import os

from heliplan import compiled

os.environ.setdefault(compiled.PATIENT, "1")
