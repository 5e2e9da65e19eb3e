"""What all tests share: a data folder of their own, so that none meets a real database or secret."""

import os
import tempfile

os.environ.setdefault("HELI_DATA", tempfile.mkdtemp(prefix="heli-tests-"))
os.environ.setdefault("HELI_DEMO", "1")
