"""One dialogue between two browsers in the laboratory, and questions about what arrives."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from legalaid.dialogue import services
from legalaid.dialogue.models import Dialogue
from legalaid.intake.links import token_for
from tests.dialogue import scene as scenes
from tests.net.lab import ADDRESS, Lab

SCRIPT = """
  window.__peers = [];
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real { constructor(...a) { super(...a); window.__peers.push(this); } };
  window.__offers = 0;
  const set = RTCPeerConnection.prototype.setLocalDescription;
  Real.prototype.setLocalDescription = function (...a) { window.__offers += 1; return set.apply(this, a); };
  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-part=enter]')) window.__clicked = performance.now();
  }, true);
  document.addEventListener('loadeddata', (event) => {
    if (event.target.dataset?.part === 'face-video') window.__first ??= performance.now();
  }, true);
"""
SUMS = """async () => {
  const sum = { frames: 0, packets: 0, lost: 0, freezes: 0, frozen: 0, samples: 0, concealed: 0, bytes: 0, pair: '' };
  for (const peer of window.__peers) {
    if (peer.connectionState === 'closed') continue;
    const rows = await peer.getStats();
    for (const row of rows.values()) {
      if (row.type === 'transport') {
        const pair = rows.get(row.selectedCandidatePairId), local = pair && rows.get(pair.localCandidateId);
        if (local) sum.pair = local.candidateType + '/' + (local.relayProtocol ?? local.protocol);
      }
      if (row.type !== 'inbound-rtp') continue;
      sum.packets += row.packetsReceived ?? 0;
      sum.lost += row.packetsLost ?? 0;
      sum.bytes += row.bytesReceived ?? 0;
      if (row.kind === 'video') {
        sum.frames += row.framesDecoded ?? 0;
        sum.freezes += row.freezeCount ?? 0;
        sum.frozen += row.totalFreezesDuration ?? 0;
      } else {
        sum.samples += row.totalSamplesReceived ?? 0;
        sum.concealed += (row.concealedSamples ?? 0) - (row.silentConcealedSamples ?? 0);
      }
    }
  }
  return sum;
}"""


def concealed(first: dict[str, Any], last: dict[str, Any]) -> float:
    """Share of the sound that was invented between two sums, 0…1."""
    samples = last["samples"] - first["samples"]
    assert samples > 0, "no sound arrives"
    return max(0.0, float(last["concealed"] - first["concealed"])) / float(samples)


@dataclass(frozen=True)
class Span:
    """What arrived in a stretch of time."""

    seconds: float
    fps: float
    freezes: float
    frozen: float
    concealed: float
    """Share of the sound that was invented, 0…1."""
    kbps: float


@dataclass
class Call:
    """`citizen` and `expert` are their pages."""

    lab: Lab
    browsers: dict[str, Browser]
    scene: scenes.Scene
    session: str
    contexts: list[BrowserContext] = field(default_factory=list)

    def prepare(self) -> None:
        request = self.scene.queued()
        self.dialogue: Dialogue = services.admit(help_request_id=request.pk, actor=self.scene.expert(), now=scenes.NOW)
        self.expert = self._page("exp")
        self.expert.context.add_cookies([{"name": "sessionid", "value": self.session, "url": ADDRESS}])
        self.citizen = self._page("cit")
        self.expert.goto(f"{ADDRESS}/expert/dialogue/{self.dialogue.pk}/")
        self.citizen.goto(f"{ADDRESS}/z/{token_for(request.pk)}/dialogue/")
        expect(self.citizen.locator("[data-part=check-camera]")).to_have_attribute("data-verdict", "ok", timeout=30_000)
        expect(self.expert.locator("dialogue-room")).to_have_attribute("data-state", "live", timeout=30_000)

    def _page(self, name: str) -> Page:
        context = self.browsers[name].new_context(locale="ru-RU", permissions=["camera", "microphone"])
        context.add_init_script(SCRIPT)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(40_000)
        return page

    def join(self) -> tuple[float, float]:
        """The citizen enters. Seconds from her click to her first picture, and to the expert's (by our clock)."""
        began = time.monotonic()
        self.citizen.evaluate("document.querySelector('[data-part=enter]').click()")
        self.citizen.wait_for_function("() => window.__first !== undefined", timeout=40_000)
        hers = float(self.citizen.evaluate("window.__first - window.__clicked")) / 1000
        self.expert.wait_for_function("() => window.__first !== undefined", timeout=40_000)
        return hers, time.monotonic() - began

    def sums(self, page: Page) -> dict[str, Any]:
        found: dict[str, Any] = page.evaluate(SUMS)
        return found

    def watch(self, page: Page, seconds: float) -> Span:
        """What arrives at a page in the next seconds."""
        began, first = time.monotonic(), self.sums(page)
        page.wait_for_timeout(seconds * 1000)
        took, last = time.monotonic() - began, self.sums(page)
        grown = {key: last[key] - first[key] for key in first if key != "pair"}
        return Span(
            took, grown["frames"] / took, grown["freezes"], grown["frozen"],
            max(0.0, grown["concealed"]) / max(1, grown["samples"]), grown["bytes"] * 8 / took / 1000,
        )  # fmt: skip

    def watch_both(self, seconds: float) -> list[float]:
        """Shares of the sound that were invented at the citizen's and at the expert's page in the next seconds."""
        pages = (self.citizen, self.expert)
        first = [self.sums(page) for page in pages]
        self.citizen.wait_for_timeout(seconds * 1000)
        return [concealed(was, self.sums(page)) for was, page in zip(first, pages, strict=True)]

    def until_frames(self, page: Page, timeout: float = 40, *, more: int = 2) -> float:
        """Seconds until new pictures arrive at a page."""
        began = time.monotonic()
        first = self.sums(page)["frames"]
        while time.monotonic() - began < timeout:
            found = self.sums(page)["frames"]
            if found < first:
                first = 0  # another connection counts anew
            if found >= first + more:
                return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"no picture within {timeout} s: {self.sums(page)}")

    def until_silent(self, page: Page, timeout: float = 20) -> None:
        """Wait until no picture arrives any more."""
        end, last = time.monotonic() + timeout, -1
        while time.monotonic() < end:
            found = self.sums(page)["frames"]
            if found == last:
                return
            last = found
            time.sleep(0.7)
        raise AssertionError("pictures go on")

    def until_pair(self, page: Page, pair: str, timeout: float = 10) -> None:
        """Wait until pictures go this way: the first way that answers is taken, a better one soon after."""
        end = time.monotonic() + timeout
        while (found := self.sums(page)["pair"]) != pair:
            assert time.monotonic() < end, f"still {found} after {timeout} s"
            time.sleep(0.2)

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        fresh = Dialogue.objects.get(pk=self.dialogue.pk)
        if fresh.ended_at is None:
            services.end(dialogue_id=fresh.pk, actor=self.scene.expert(), now=scenes.NOW)
