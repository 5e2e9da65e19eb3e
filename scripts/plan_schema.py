"""Write docs/plan-schema.json from the records of ``plan.json``.

PYTHONPATH=src .venv/bin/python scripts/plan_schema.py
"""

from __future__ import annotations

import json
from pathlib import Path

from heli.kernel.lib.records import json_schema
from heli.plans.rules.document import PlanDocument

SCHEMA = Path(__file__).resolve().parent.parent / "docs" / "plan-schema.json"

if __name__ == "__main__":
    text = json.dumps(json_schema(PlanDocument), ensure_ascii=False, indent=1)
    SCHEMA.write_text(text + "\n", encoding="utf-8")
