"""What a request may bring: decided before a byte of its body is read, on every address."""

import http.client
import io
import os
import re
import socket
import time
import urllib.request

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from tests.access_table import TABLE
from tests.kernel.test_serving import office, server  # noqa: F401 - fixtures

from heli.kernel.imports.forms import MOST_IN_ALL
from heli.kernel.web.bodies import TimelyBody

HUGE = 400 * 2**20
KIND = "multipart/form-data; boundary=b"
FILE = b'--b\r\nContent-Disposition: form-data; name="books"; filename="a.xlsx"\r\n\r\n'


class Unread(io.RawIOBase):
    """A body that counts how often somebody wants to read it."""

    def __init__(self):
        super().__init__()
        self.reads = 0

    def readable(self):
        return True

    def read(self, _size=-1):
        self.reads += 1
        return b""


def send(client, url, length, **more):
    """Post a body of so many bytes that is never there; the answer, and how often it was read."""
    body = Unread()
    answer = client.request(
        REQUEST_METHOD="POST",
        PATH_INFO=url,
        CONTENT_TYPE=KIND,
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": body, **more},
    )
    return answer, body.reads


def test_no_address_reads_a_body_that_is_too_large(world):
    clients = {"nobody": world.client(None), "admin": world.client(world.admin)}
    seen = set()
    for row in TABLE:
        with transaction.atomic():
            url = reverse(row.name, kwargs=row.url(world))
            for person, client in clients.items():
                answer, reads = send(client, url, HUGE)
                assert (reads, answer.status_code in (302, 413)) == (0, True), (person, row)
                seen.add(answer.status_code)
            transaction.set_rollback(True)
    assert seen == {302, 413}


@pytest.mark.parametrize("person", ["nobody", "line", "head", "leader", "stranger", "auditor"])
def test_a_book_is_not_read_from_whoever_may_not_hand_it_in(world, person):
    url = reverse("uploads", kwargs={"key": world.village.pk})
    answer, reads = send(world.client(getattr(world, person)), url, 1000)
    assert (answer.status_code in (302, 403, 404), reads) == (True, 0)


def test_a_book_is_read_from_whoever_may(world):
    url = reverse("uploads", kwargs={"key": world.village.pk})
    client = world.client(world.unit_officer)
    assert send(client, url, MOST_IN_ALL)[1] > 0
    assert send(client, url, MOST_IN_ALL + 2**20)[0].status_code == 413
    assert client.post(url, {"books": SimpleUploadedFile("村.xlsx", b"x" * 6 * 2**20)}).status_code == 302


def test_a_body_of_unknown_length_is_refused(world):
    client = world.client(world.unit_officer)
    url = reverse("uploads", kwargs={"key": world.village.pk})
    for length, status in (("", 411), ("x", 400), ("-5", 400), ("9" * 5000, 413), ("٣", 400)):
        answer, reads = send(client, url, length, HTTP_TRANSFER_ENCODING="chunked")
        assert (answer.status_code, reads) == (status, 0), length


def test_a_file_where_none_is_taken_is_refused(world):
    client = world.client(world.unit_officer)
    url = reverse("household_new", kwargs={"key": world.village.pk})
    answer = client.post(url, {"address": "前街99号", "book": SimpleUploadedFile("a.xlsx", b"x")})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "填的内容太多"), ("en", "Too much was filled in")]
)
def test_a_form_with_too_much_in_it_says_so(world, language, words):
    client = world.client(world.unit_officer)
    client.cookies["language"] = language
    answer = client.post(reverse("household_new", kwargs={"key": world.village.pk}), {"remark": "长" * 10**5})
    assert answer.status_code == 413
    assert words in answer.content.decode()


def test_a_body_that_trickles_is_given_up(monkeypatch):
    monkeypatch.setattr("heli.kernel.web.bodies.SECONDS", 0.2)
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as body, os.fdopen(writing, "wb", buffering=0) as sender:
        timely = TimelyBody(body)
        sender.write(b"abc")
        assert timely.read(10) == b"abc"
        with pytest.raises(TimeoutError):
            timely.read(10)
        sender.write(b"x")  # so that the waiting thread ends


def raw(port, head, body=b"", times=0):
    """Send bytes as they are; the first line of the answer, and how many times the body could be sent."""
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=40) as line:
        try:
            line.sendall(head)
            for sent in range(times):  # noqa: B007 - counts what was taken
                line.sendall(body)
        except OSError:
            pass
        try:
            return line.recv(65536).split(b"\r\n")[0].decode(), sent
        except ConnectionResetError:
            return "reset", sent


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files of the server that is started next."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.mark.slow
def test_the_real_server_keeps_nothing_of_what_it_refuses(temporary, server):  # noqa: F811 - fixtures
    start = "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + KIND + "\r\n"
    block = b"x" * 2**16
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/account/login/") as page:
        token = re.search(r"csrftoken=(\w+)", page.headers["Set-Cookie"]).group(1)
    known = start.format("/account/login/") + f"Cookie: csrftoken={token}\r\n"
    for url in ("/account/login/", "/language/", "/village/" + "0" * 32 + "/upload/", "/l/" + "A" * 43 + "/"):
        head = start.format(url)
        answer, sent = raw(server.port, f"{head}Content-Length: {HUGE}\r\n\r\n".encode() + FILE, block, 6400)
        assert sent < 1000, (url, "taken in", sent)
        assert answer.split(" ")[1:2] != ["200"], url
        chunk = b"10000\r\n" + block + b"\r\n"
        answer, sent = raw(server.port, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode(), chunk, 6400)
        assert sent < 1000, (url, "taken in", sent)
    short = raw(server.port, f"{known}Content-Length: 10\r\n\r\n".encode() + FILE, block, 100)
    assert " 403 " in short[0]
    begun = time.monotonic()
    lying = f"{known}Content-Length: 5000\r\n\r\n".encode() + FILE
    assert " 403 " in raw(server.port, lying)[0]
    assert time.monotonic() - begun < 30
    assert [path for path in temporary.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_the_next_request_is_answered_after_a_form_that_was_too_long(server):  # noqa: F811 - fixtures
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for url, length, status in (("/account/login/", 2**22, 413), ("/no/", 2**20, 404), ("/me/", 2**17, 403)):
        line.request("POST", url, b"a" * length, kind)
        answer = line.getresponse()
        assert (url, answer.status, b"</html>" in answer.read()) == (url, status, True)
        line.request("GET", "/account/login/")
        answer = line.getresponse()
        assert (answer.status, b"</html>" in answer.read()) == (200, True)
