"""What a file is, by its content and not by its name: told apart before anything opens it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.kernel.sheets.problems import Kind, Place, Problem, Severity

MAX_BYTES = 100 * 2**20
"""A larger file is refused."""
MAX_UNPACKED = 400 * 2**20
"""A workbook that unpacks to more is refused: it would fill the memory."""
MAX_XML = 150 * 2**20
"""So much of it may be XML, which is read through; the rest is pictures."""
MAX_PARTS = 20_000
"""More files than a workbook packs."""
MAX_CELLS = 3_000_000
"""So many cells may a file hold, the empty ones between filled ones included."""


def _stop(code: str, message: Promise, cure: Promise) -> Kind:
    return Kind(code, Severity.STOP, message, cure)


MISSING = _stop("file-missing", _("找不到文件 %(file)s。"), _("请检查文件名和所在的文件夹。"))
DIRECTORY = _stop("file-directory", _("%(file)s 是文件夹，不是表格。"), _("请指定里面的一个表格文件。"))
UNREADABLE = _stop(
    "file-unreadable", _("打不开文件 %(file)s。"), _("请关掉正在使用它的程序，检查读取权限后再试。")
)
EMPTY = _stop("file-empty", _("文件 %(file)s 是空的。"), _("请换成填好的表格。"))
BROKEN = _stop(
    "file-broken",
    _("文件 %(file)s 坏了或不完整，读不出来。"),
    _("请在 Excel 或 WPS 里打开，另存为 .xlsx；打不开就重新取一份。"),
)
LOCKED = _stop("file-locked", _("文件 %(file)s 加了密码。"), _("请在 Excel 或 WPS 里去掉密码，另存后再试。"))
FOREIGN = _stop(
    "file-foreign",
    _("%(file)s 不是表格文件（看上去是%(what)s）。"),
    _("请给 .xlsx、.xls、.ods 或 .csv 文件；压缩包请先解压，里面有表格的请复制到 Excel 或 WPS 里另存。"),
)
DISGUISED = _stop(
    "file-disguised",
    _("%(file)s 其实是%(what)s，不是真正的 Excel 文件。"),
    _("请在 Excel 或 WPS 里打开，另存为 .xlsx。"),
)
TOO_LARGE = _stop(
    "file-too-large", _("文件 %(file)s 太大。"), _("请只留下要用的工作表，删掉多余的行、列和图片后另存。")
)
TOO_MANY_ROWS = _stop(
    "file-too-many-rows",
    _("文件 %(file)s 有 %(most)s 行以上，太多了，没有读。"),
    _("请按村分成几个文件；只有空行或用不着的行，请删掉后另存。"),
)
TOO_MANY_SHEETS = _stop(
    "file-too-many-sheets",
    _("文件 %(file)s 有 %(most)s 张以上的工作表，太多了，没有读。"),
    _("请只留下要用的工作表，删掉其余的后另存。"),
)
OLD = _stop(
    "file-old",
    _("%(file)s 是 Excel 95 或更早的表格，里面的汉字读不准。"),
    _("请在 Excel 或 WPS 里打开，另存为 .xlsx。"),
)
FAR_CELL = _stop(
    "sheet-too-large",
    _("工作表“%(sheet)s”的内容一直到 %(cell)s，太大了。"),
    _("请删掉表格以外很远处的单元格后另存。"),
)
NO_SHEETS = _stop("file-no-sheets", _("文件 %(file)s 里没有工作表。"), _("请换成填好的表格。"))


class SheetError(Exception):
    """A file that cannot be read at all; ``problem`` says why and the cure. As text it is one line."""

    def __init__(self, kind: Kind, place: Place | None = None, **params: object) -> None:
        self.problem = Problem(kind, place or Place(), params)
        super().__init__(kind.code)

    def __str__(self) -> str:
        return self.problem.line


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A file's bytes, what they are (``xlsx``, ``xls``, ``ods`` or ``text``), and its name for messages."""

    name: str
    form: str
    data: bytes


_PICTURE = _("图片")
_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"{\\rtf", _("Word 文档")),
    (b"Rar!", _("压缩包")),
    (b"7z\xbc\xaf", _("压缩包")),
    (b"\x1f\x8b", _("压缩包")),
    (b"BZh", _("压缩包")),
    (b"\xfd7zXZ", _("压缩包")),
    (b"\x00\x01\x00\x00Standard", _("Access 数据库")),
    (b"SQLite format 3", _("数据库")),
    (b"ID3", _("录音")),
    (b"MZ", _("程序")),
    (b"\x7fELF", _("程序")),
)
_IN_A_BOX = ((b"WEBP", _PICTURE), (b"WAVE", _("录音")), (b"AVI ", _("视频")))
_WEB = "html|table|head|body|meta|div|style|script|tr|p|span|center"
_PROLOGUE = r"(<\?xml[^>]*>\s*)?(<\?mso-[^>]*>\s*)*(<!doctype[^>]*>\s*)?"
_DISGUISES = (
    (r"mime-version:|content-type:\s*multipart/|from:\s*<?(由|saved by)", _("网页（单个文件）")),
    (rf"{_PROLOGUE}<({_WEB})\b", _("网页")),
    (r"<!doctype\s+html", _("网页")),
    (r'<.*progid="word\.document"', _("Word 文档（XML）")),
    (r'<.*(progid="excel\.sheet"|office:spreadsheet")', _("XML 表格（Excel 2003）")),
    (r"<.*<office:document\b", _("XML 表格（OpenDocument）")),
    (rf"{_PROLOGUE}<svg\b", _PICTURE),
    (r"<\?xml|<\w+[:\s>]", _("XML 文件")),
    (r"id;p", _("SYLK 表格")),
)
"""How files begin that are written in words and are no table of cells, and what they are called."""
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.S)
_READ_THROUGH = (".xml", ".rels", ".bin")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sniff(path: Path) -> Sniffed:
    """Read the file and tell its form.

    Raises
    ------
    SheetError
        It is not there, cannot be read, is empty, too large, broken, locked, or no spreadsheet.
    """
    data = _bytes_of(path)
    name = path.name
    if data.startswith(b"PK"):
        return Sniffed(name, _form_of_zip(name, data), data)
    if data.startswith(_OLE):
        return Sniffed(name, _form_of_ole(name, data), data)
    _refuse_by_first_bytes(name, data)
    _refuse_by_first_words(name, data)
    return Sniffed(name, "text", data)


def _refuse_by_first_bytes(name: str, data: bytes) -> None:
    for magic, what in _FOREIGN:
        if data.startswith(magic) and (len(magic) > 2 or b"\0" in data[:512]):
            raise SheetError(FOREIGN, file=name, what=what)
    for magic, what in _IN_A_BOX:
        if data.startswith(b"RIFF") and data[8:12] == magic:
            raise SheetError(FOREIGN, file=name, what=what)
    if data[4:8] == b"ftyp":
        still = data[8:12] in (b"heic", b"heix", b"mif1", b"avif")
        raise SheetError(FOREIGN, file=name, what=_PICTURE if still else _("视频"))


def _refuse_by_first_words(name: str, data: bytes) -> None:
    """Refuse what is written in words and is no table of cells: a web page, a mail, XML."""
    wide = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").decode(wide, "ignore")
    head = _COMMENT.sub("", head).lstrip("\ufeff \t\r\n")
    for shape, what in _DISGUISES:
        if re.match(shape, head, re.I | re.S):
            raise SheetError(DISGUISED, file=name, what=what)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SheetError(DIRECTORY, file=path.name)
        if not path.exists():
            raise SheetError(MISSING, file=path.name)
        if not path.is_file():
            raise SheetError(UNREADABLE, file=path.name)
        if path.stat().st_size > MAX_BYTES:
            raise SheetError(TOO_LARGE, file=path.name)
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise SheetError(UNREADABLE, file=path.name) from error
    if not data.strip(b"\0 \t\r\n"):
        raise SheetError(EMPTY, file=path.name)
    return data


def _form_of_zip(name: str, data: bytes) -> str:
    """Tell the workbook in a zip; check every part's sum, so that a broken or lying one is refused here."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise SheetError(LOCKED, file=name)
            whole = sum(part.file_size for part in parts)
            xml = sum(part.file_size for part in parts if part.filename.lower().endswith(_READ_THROUGH))
            if whole > MAX_UNPACKED or xml > MAX_XML or len(parts) > MAX_PARTS:
                raise SheetError(TOO_LARGE, file=name)
            if archive.testzip() is not None:
                raise SheetError(BROKEN, file=name)
            return _form_by_parts(name, archive, {part.filename for part in parts})
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise SheetError(BROKEN, file=name) from error


def _form_by_parts(name: str, archive: zipfile.ZipFile, parts: set[str]) -> str:
    if "xl/workbook.bin" in parts:
        return "xlsb"
    if any(part.startswith("xl/") for part in parts):
        return "xlsx"
    if "mimetype" in parts:
        kind = archive.read("mimetype").strip()
        if b"spreadsheet" not in kind:
            raise SheetError(FOREIGN, file=name, what=_("文档") if b"opendocument" in kind else _("电子书"))
        manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in parts else b""
        if b"encryption-data" in manifest:
            raise SheetError(LOCKED, file=name)
        return "ods"
    if any(part.startswith("word/") for part in parts):
        raise SheetError(FOREIGN, file=name, what=_("Word 文档"))
    if any(part.startswith("ppt/") for part in parts):
        raise SheetError(FOREIGN, file=name, what=_("幻灯片"))
    if any(part.endswith(".iwa") for part in parts):
        raise SheetError(DISGUISED, file=name, what=_("苹果 Numbers 表格"))
    raise SheetError(FOREIGN, file=name, what=_("压缩包"))


def _form_of_ole(name: str, data: bytes) -> str:
    """Tell an old Excel book from other old Office files by the names of its streams (UTF-16)."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise SheetError(LOCKED, file=name)
    if holds("Workbook"):
        return "xls"
    if holds("Book"):
        raise SheetError(OLD, file=name)
    if holds("WordDocument"):
        raise SheetError(FOREIGN, file=name, what=_("Word 文档"))
    if holds("PowerPoint Document"):
        raise SheetError(FOREIGN, file=name, what=_("幻灯片"))
    raise SheetError(BROKEN, file=name)
