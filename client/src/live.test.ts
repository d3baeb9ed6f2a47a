import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calm } from "./calm";
import { type LiveRegion, REFRESH } from "./live";

class Socket {
  static all: Socket[] = [];
  onopen = () => {};
  onmessage = (_event: { data: string }) => {};
  onclose = () => {};
  constructor(readonly url: string) {
    Socket.all.push(this);
  }
  close(): void {
    this.onclose();
  }
}

let fragment: { body: string; etag: string };
let fetched: { url: string; headers: Record<string, string> }[];

const settle = () => vi.advanceTimersByTimeAsync(0);
const fragments = () => fetched.filter((one) => one.url !== "/live/ticket/").length;
const newest = () => Socket.all[Socket.all.length - 1] as Socket;

function region(attributes = 'page="note"'): LiveRegion {
  document.body.innerHTML = `<live-region src="/desk/day/" ${attributes}><p>старое</p></live-region>`;
  return document.querySelector("live-region") as LiveRegion;
}

beforeEach(() => {
  vi.useFakeTimers();
  Socket.all = [];
  fetched = [];
  fragment = { body: "<p>новое</p>", etag: '"1"' };
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("fetch", async (url: string, init: { headers: Record<string, string> }) => {
    fetched.push({ url, headers: init.headers });
    if (url === "/live/ticket/") return new Response('{"ticket": "t 1"}');
    if (init.headers["If-None-Match"] === fragment.etag) return { status: 304, headers: new Headers() };
    return new Response(fragment.body, { headers: { ETag: fragment.etag } });
  });
});

afterEach(() => {
  document.body.innerHTML = "";
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("live-region", () => {
  it("opens one socket for all regions of a page, with a ticket it asked for", async () => {
    document.body.innerHTML =
      '<live-region src="/a/" page="note"></live-region><live-region src="/b/" page="note"></live-region>';
    await settle();
    expect(Socket.all).toHaveLength(1);
    expect(newest().url).toMatch(/\/ws\/live\?ticket=t%201$/);
  });

  it("asks for nothing where its fragment has no address", async () => {
    const list = region('page="note" data-while="[data-inside=yes]"');
    await settle();
    newest().onmessage({ data: '{"t":"changed"}' });
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(REFRESH);
    expect(fragments()).toBe(0);
    document.body.dataset.inside = "yes";
    await list.refresh();
    expect(list.innerHTML).toBe("<p>новое</p>");
    document.body.dataset.inside = "no";
    newest().onmessage({ data: '{"t":"changed"}' });
    await settle();
    expect(fragments()).toBe(1);
    delete document.body.dataset.inside;
  });

  it("asks for nothing while a call is being connected, and for what changed right after, once", async () => {
    region();
    await settle();
    const [first, second] = [calm(3_000), calm(3_000)];
    for (let i = 0; i < 3; i++) newest().onmessage({ data: '{"t":"changed"}' });
    await settle();
    first();
    first();
    await settle();
    expect(fragments()).toBe(0);
    second();
    await settle();
    expect(fragments()).toBe(1);
  });

  it("waits for a call no longer than it was told", async () => {
    region();
    await settle();
    calm(2_000);
    newest().onmessage({ data: '{"t":"changed"}' });
    await vi.advanceTimersByTimeAsync(1_999);
    expect(fragments()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(fragments()).toBe(1);
  });

  it("is left alone by the clock while nobody sees it, if it may rest, and hears of changes all the same", async () => {
    const here = region('page="note" data-rests');
    let seen = false;
    here.checkVisibility = () => seen;
    await vi.advanceTimersByTimeAsync(REFRESH);
    expect(fragments()).toBe(0);
    newest().onmessage({ data: '{"t":"changed"}' });
    await settle();
    expect(fragments()).toBe(1);
    seen = true;
    await vi.advanceTimersByTimeAsync(REFRESH);
    expect(fragments()).toBe(2);
  });

  it("fetches its fragment when something changed, and nothing when the fragment is the same", async () => {
    const here = region();
    await settle();
    newest().onopen();
    newest().onmessage({ data: '{"t":"changed"}' });
    await settle();
    expect(here.textContent).toBe("новое");
    here.querySelector("p")?.setAttribute("data-mine", "1");
    newest().onmessage({ data: '{"t":"changed"}' });
    await settle();
    expect(fetched[fetched.length - 1]?.headers["If-None-Match"]).toBe('"1"');
    expect(here.querySelector("[data-mine]")).not.toBeNull();
  });

  it("fetches when the network is back, though its socket never noticed the cut, and no more once it is gone", async () => {
    const here = region();
    await settle();
    newest().onopen();
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("offline")));
    newest().onmessage({ data: '{"t":"changed"}' });
    await settle();
    expect(here.textContent).toBe("старое");
    let asked = 0;
    vi.stubGlobal("fetch", async () => {
      asked += 1;
      return new Response(fragment.body, { headers: { ETag: fragment.etag } });
    });
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(here.textContent).toBe("новое");
    here.remove();
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(asked).toBe(1);
  });

  it("ignores a message it does not know", async () => {
    region();
    await settle();
    newest().onopen();
    newest().onmessage({ data: '{"t":"hello"}' });
    await settle();
    expect(fragments()).toBe(0);
  });

  it("comes back after a lost socket and fetches what it may have missed", async () => {
    const here = region();
    await settle();
    newest().onopen();
    newest().onclose();
    expect(here.dataset.live).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1000);
    expect(Socket.all).toHaveLength(2);
    newest().onopen();
    await settle();
    expect(here.dataset.live).toBe("live");
    expect(fragments()).toBe(1);
  });

  it("fetches every half minute even without a socket", async () => {
    region("");
    await vi.advanceTimersByTimeAsync(REFRESH);
    expect(Socket.all).toHaveLength(0);
    expect(fragments()).toBe(1);
  });

  it("does not disturb a person who is typing inside it", async () => {
    const here = region();
    here.innerHTML = '<input id="search" />';
    document.getElementById("search")?.focus();
    await here.refresh();
    expect(here.querySelector("input")).not.toBeNull();
  });

  it("keeps the focus and what was unfolded", async () => {
    const here = region();
    here.innerHTML = '<details id="more" open><summary>1</summary></details><button id="go">2</button>';
    document.getElementById("go")?.focus();
    fragment.body = '<details id="more"><summary>1</summary></details><button id="go">3</button>';
    await here.refresh();
    expect(document.activeElement?.id).toBe("go");
    expect(here.querySelector("details")?.open).toBe(true);
  });

  it("keeps what was chosen, as long as it can be chosen", async () => {
    const here = region();
    const select = () => here.querySelector("select") as HTMLSelectElement;
    here.innerHTML = '<select id="post"><option value="1">1</option><option value="2">2</option></select>';
    select().value = "2";
    fragment.body = '<select id="post"><option value="3">3</option><option value="2">2</option></select>';
    await here.refresh();
    expect(select().value).toBe("2");
    fragment = { body: '<select id="post"><option value="3">3</option></select>', etag: '"2"' };
    await here.refresh();
    expect(select().value).toBe("3");
    fragment = {
      body: '<select id="post"><option value="4">4</option><option value="3">3</option></select>',
      etag: '"3"',
    };
    await here.refresh();
    expect(select().value).toBe("4"); // nobody chose the other
  });

  it("says once that what it showed is out of the reader's sight, in the words the page brought", async () => {
    document.body.innerHTML =
      '<live-region src="/a/" page="note"><template data-gone><p>Больше не видно</p></template></live-region>';
    const here = document.querySelector("live-region") as LiveRegion;
    expect(here.textContent).toBe("");
    await here.refresh();
    expect(here.textContent).toBe("новое");
    vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
    await here.refresh();
    expect(here.textContent).toBe("Больше не видно");
    here.querySelector("p")?.setAttribute("data-mine", "1");
    await here.refresh();
    expect(here.querySelector("[data-mine]")).not.toBeNull();
  });

  it("keeps what it shows when an unknown fragment has no words", async () => {
    const here = region();
    vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
    await here.refresh();
    expect(here.textContent).toBe("старое");
  });

  it("closes the socket when it leaves the page", async () => {
    const here = region();
    await settle();
    here.remove();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Socket.all).toHaveLength(1);
    expect(fragments()).toBe(0);
  });
});
