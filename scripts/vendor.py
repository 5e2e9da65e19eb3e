#!/usr/bin/env python3
"""Fetch the few files of others that pages load, once, by the developer: needs npm, is never run by users.

    python3 scripts/vendor.py            fetch everything again, write files and MANIFEST.json

Each package is packed by npm, which checks it against the registry's own hash; the files wanted are copied,
and their SHA-256 is written down. A test compares.
`//# sourceMappingURL` lines are cut, as the maps are not kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "src/heli/kernel/web/static/vendor"
TESTS = ROOT / "tests/browser/vendor"
LEAFLET_IMAGES = ("layers.png", "layers-2x.png", "marker-icon.png")
PACKAGES: tuple[tuple[Path, str, str, str, dict[str, str]], ...] = (
    (
        PAGES,
        "leaflet",
        "1.9.4",
        "LICENSE",
        {
            "dist/leaflet.js": "leaflet/leaflet.js",
            "dist/leaflet.css": "leaflet/leaflet.css",
            **{f"dist/images/{name}": f"leaflet/images/{name}" for name in LEAFLET_IMAGES},
        },
    ),
    (TESTS, "axe-core", "4.13.0", "LICENSE", {"axe.min.js": "axe.min.js"}),
)
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=[^\n]*\n?")


def unpacked(name: str, version: str, folder: Path) -> Path:
    """The package's folder, fetched by npm into ``folder``."""
    packed = subprocess.run(
        ["npm", "pack", f"{name}@{version}", "--silent", "--pack-destination", str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder / name, filter="data")
    return folder / name / "package"


def main() -> None:
    """Fetch all packages; write the files and one manifest for each place."""
    manifests: dict[Path, list[dict[str, object]]] = {}
    for place, name, version, licence, wanted in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            package = unpacked(name, version, Path(folder))
            about = json.loads((package / "package.json").read_text("utf-8"))
            hashes = {}
            for source, target in wanted.items():
                content = (package / source).read_bytes()
                if target.endswith((".js", ".css")):
                    content = SOURCE_MAP.sub(b"\n", content)
                (place / target).parent.mkdir(parents=True, exist_ok=True)
                (place / target).write_bytes(content)
                hashes[target] = hashlib.sha256(content).hexdigest()
            entry = {"name": name, "version": version, "licence": about["license"], "sha256": hashes}
            entry["licence_text"] = (package / licence).read_text("utf-8")
            manifests.setdefault(place, []).append(entry)
    for place, entries in manifests.items():
        text = json.dumps(entries, indent=1, ensure_ascii=False)
        (place / "MANIFEST.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
