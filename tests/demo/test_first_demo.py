"""What somebody meets who starts the demo for the first time: every paper of both tables is there."""

import http.cookiejar
import re
import sys
import urllib.parse
import urllib.request

import pytest
from tests.kernel.processes import served

from heli.demo.staff import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]
PAPERS = ("picture-1", "print", "wall", "pen", "book")
BEGINS = {"picture-1": b"\x89PNG", "book": b"PK", "print": b"%PDF", "wall": b"%PDF", "pen": b"%PDF"}


class Browser:
    """Somebody signed in to the demo."""

    def __init__(self, port, name):
        self._site = f"http://127.0.0.1:{port}"
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get("/account/login/").decode())
        self.post("/account/login/", login=name, password=PASSWORD, csrfmiddlewaretoken=token[1])

    def get(self, path, language="zh-hans"):
        asked = urllib.request.Request(self._site + path)  # noqa: S310 - its own server
        kept = [f"{cookie.name}={cookie.value}" for cookie in self._jar]
        asked.add_header("Cookie", "; ".join([*kept, f"language={language}"]))
        with self._opener.open(asked, timeout=40) as answer:
            return answer.read()

    def post(self, path, **data):
        sent = urllib.parse.urlencode(data).encode()
        with self._opener.open(self._site + path, sent, timeout=40) as answer:
            return answer.read()


def test_a_first_demo_in_an_empty_folder_answers_every_paper(tmp_path):
    with served(tmp_path, "demo", "--small", "-o", "out") as server:
        visitor = Browser(server.port, "admin")
        villages = re.findall(r"/village/([0-9a-f-]{36})/", visitor.get("/zone/").decode())
        village = next(
            key for key in villages if b"/published/division/1/" in visitor.get(f"/village/{key}/published/")
        )
        for kind in ("division", "roster"):
            for language in ("zh-hans", "en"):
                for paper in PAPERS:
                    address = f"/village/{village}/published/{kind}/1/{paper}/"
                    assert visitor.get(address, language).startswith(BEGINS[paper]), (kind, language, paper)
