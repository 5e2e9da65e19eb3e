"""A browser without a window: cookies, links, forms and files over one kept connection."""

from __future__ import annotations

import http.client
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin

HTML = "text/html"
RUNNING = re.compile(r'<progress max="100" value="(\d+)"')
"""How the page of a job says how far it is."""
EVERY = 0.2
"""Seconds between two looks at it."""
LINGER = 1 << 24
IDLE = 10.0
"""Seconds after which a connection is not trusted any more."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where it goes, and what it says as it stands (a file or a button says nothing)."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: from where, with what; ``goes`` is where it sends the reader on to, or empty."""

    address: str
    status: int
    kind: str
    goes: str
    text: str
    seconds: float

    def links(self) -> Iterator[str]:
        """Where one can go from here: the links, and the forms that only ask, as they stand."""
        found = _Found(self.address)
        found.feed(self.text)
        yield from found.links
        for form in found.forms:
            if form.method == "get":
                yield urljoin(form.action, f"?{urlencode(form.fields)}")

    def forms(self) -> list[Form]:
        """All forms of the page, as they stand."""
        found = _Found(self.address)
        found.feed(self.text)
        return found.forms

    def form(self, action: str) -> Form:
        """The last form that is posted to an address ending so. Raises ``LookupError`` when there is none."""
        fitting = [form for form in self.forms() if form.method == "post" and form.action.endswith(action)]
        if not fitting:
            raise LookupError(f"{self.address}: no form to {action}")
        return fitting[-1]


class _Found(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._address, self._open = address, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self._address, given["href"]))
        elif tag == "form":
            where = urljoin(self._address, given.get("action", ""))
            self.forms.append(Form(given.get("method", "get").lower(), where))
            self._open = True
        elif tag == "input" and self._open and "name" in given:
            unticked = given.get("type") in ("radio", "checkbox") and "checked" not in given
            if not unticked and given.get("type") != "file":
                self.forms[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


class Reader:
    """Somebody before a browser."""

    def __init__(self, port: int, who: str = "") -> None:
        self.who = who
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}
        self._used = 0.0

    def get(self, address: str) -> Page:
        """Open an address."""
        return self._ask("GET", address, b"", "")

    def post(self, form: Form, **more: str) -> Page:
        """Send a form as it stands, with some fields filled in."""
        body = urlencode({**form.fields, **more}).encode()
        return self._ask("POST", form.action, body, "application/x-www-form-urlencoded")

    def ask(self, form: Form) -> Page:
        """Send a form by its own method; what no text encodes is sent as the bytes it stands for."""
        words = urlencode(form.fields, errors="surrogatepass")
        if form.method == "get":
            return self._ask("GET", f"{form.action.split('?')[0]}?{words}", b"", "")
        return self._ask("POST", form.action, words.encode(), "application/x-www-form-urlencoded")

    def hand_in(self, form: Form, name: str, *paths: Path) -> Page:
        """Send a form with files."""
        border = secrets.token_hex(16)
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in form.fields.items()
        ]
        for path in paths:
            head = f'Content-Disposition: form-data; name="{name}"; filename="{path.name}"'
            parts.append(f"--{border}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode())
            parts += [path.read_bytes(), b"\r\n"]
        parts.append(f"--{border}--\r\n".encode())
        return self._ask("POST", form.action, b"".join(parts), f"multipart/form-data; boundary={border}")

    def _ask(self, method: str, address: str, body: bytes, kind: str) -> Page:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        if time.perf_counter() - self._used > IDLE:
            self.connection.close()  # the server will; the request opens another
        began = time.perf_counter()
        with suppress(BrokenPipeError):  # an answer came before all was sent: it is read below
            self.connection.request(method, quote(address, safe="/?&=%;,+:@#"), body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self._used = time.perf_counter()
        if len(body) > LINGER:
            self.connection.close()  # the server did not wait for all of it
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition("=")
            self.cookies[name] = value.split(";", 1)[0]
        said, goes = answer.headers.get_content_type(), answer.headers.get("Location", "")
        text = content.decode() if said == HTML else ""
        return Page(address, answer.status, said, goes, text, self._used - began)

    def follow(self, page: Page) -> Page:
        """Go where an answer sends, as often as it does. Raises ``RuntimeError`` when the end is no page."""
        while page.goes:
            page = self.get(page.goes)
        if page.status != 200:
            raise RuntimeError(f"{page.address}: {page.status}")
        return page

    def sign_in(self, name: str, password: str) -> Page:
        """With an account; its first page."""
        form = self.get("/account/login/").form("/account/login/")
        return self.follow(self.post(form, login=name, password=password))

    def come_by(self, link: str, digits: str) -> Page:
        """By personal link; the member's own page."""
        return self.follow(self.post(self.get(link).form(link), digits=digits))

    def job(self, page: Page) -> Iterator[Page]:
        """The page of a job again and again, as an open browser asks for it; at last where it ends."""
        page = self.follow(page)
        while page.address.startswith("/job/"):
            yield page
            if not RUNNING.search(page.text):
                return
            time.sleep(EVERY)
            page = self.follow(self.get(page.address))
        yield page

    def done(self, page: Page) -> Page:
        """Wait for the job that an answer leads to; where it ends. Raises ``RuntimeError`` when it failed."""
        *_, last = self.job(page)
        if last.address.startswith("/job/"):
            raise RuntimeError(f"{last.address}: {re.sub('<[^>]+>', ' ', last.text)[-400:]}")
        return last
