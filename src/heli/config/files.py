"""Settings of the words that need no database: files in, files out. ``settings`` builds on them."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent

INSTALLED_APPS: list[str] = []
LANGUAGE_CODE = "zh-hans"
LANGUAGES: list[tuple[str, str]] = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS: list[Path] = [PACKAGE / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "heli.kernel.lib.formats"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
