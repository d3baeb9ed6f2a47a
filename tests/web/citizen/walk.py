"""A citizen walking through her door page by page, the way a browser does without a script."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from tests.scenes import Region

STORY = "Мне не засчитали стаж, трудовая книжка есть"
CONTACT = {"name": "Мария Петровна", "phone": "8 928 123-45-67", "email": "maria@example.org", "consent": "on"}


class Walk:
    """One browser. Each step posts the form of a page and returns the token of the secret link."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.client = Client()
        self.token = ""

    def at(self, page: str) -> str:
        return f"/z/{self.token}/{page}"

    def tell(self, story: str = STORY) -> str:
        response = self.client.post("/", {"story": story})
        assert response.status_code == 302, response.content.decode()
        self.token = response.url.split("/")[2]
        return self.token

    def choose_topic(self) -> None:
        response = self.client.post(self.at("topics/"), {"topic": self.region.topic.code})
        assert response.url == self.at("topic/")

    def starts(self, where: str = "home") -> list[str]:
        """Values of the buttons of the time page, first first."""
        page = self.client.get(self.at("time/"), {"where": where}).content.decode()
        return [unescape(value) for value in re.findall(r'name="start"\s+value="([^"]+)"', page)]

    def hold(self, n: int = 0, where: str = "home") -> str:
        start = self.starts(where)[n]
        response = self.client.post(self.at("time/"), {"start": start, "where": where})
        assert response.url == self.at("contact/")
        return start

    def as_far_as_contact(self) -> str:
        """The last start offered: the first may be minutes away, where giving it up means something else."""
        self.tell()
        self.choose_topic()
        return self.hold(-1)

    def book(self) -> None:
        self.as_far_as_contact()
        response = self.client.post(self.at("confirm/"), {"way": "time", **CONTACT})
        assert response.url == self.at("done/")
