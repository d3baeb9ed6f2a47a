/**
 * `<live-region src="/desk/day/" page="…">` keeps a piece of a page fresh.
 *
 * `page` is the note the server signed for the page (which topics its reader may watch). It is exchanged for a ticket
 * of one minute, and all regions with the same note share one socket. The socket only tells *that* something changed;
 * the region then fetches *what* from `src` (an HTML fragment with an ETag). It fetches as well after a reconnect, when
 * the network is back, when the tab is looked at again, and every 30 s, so a lost message costs nothing.
 *
 * With `data-while="…"` it fetches only while it stands in an element that matches this selector: elsewhere the fragment
 * has no address yet, or none any more.
 *
 * A `<template data-gone>` inside says what the reader is told once the fragment is unknown to her (404): it has moved
 * out of her sight, and the page in her hands would be silent for ever.
 *
 * Events on the element: `live:swapped` after new content, `live:state` with detail "live" | "waiting".
 */

import { calmOver } from "./calm";

export const REFRESH = 30_000;
const RETRY_FIRST = 500;
const RETRY_LAST = 10_000;
const TICKET_URL = "/live/ticket/";

type Listener = { changed(): void; state(live: boolean): void };

/** One socket for one note; reconnects with growing pauses until nobody listens. */
export class LiveSocket {
  private static readonly open = new Map<string, LiveSocket>();
  private readonly listeners = new Set<Listener>();
  private socket: WebSocket | undefined;
  private retry = RETRY_FIRST;
  private timer: number | undefined;
  private wasOpen = false;

  private constructor(private readonly page: string) {}

  static join(page: string, listener: Listener): () => void {
    let shared = LiveSocket.open.get(page);
    if (!shared) {
      shared = new LiveSocket(page);
      LiveSocket.open.set(page, shared);
      void shared.connect();
    }
    const joined = shared;
    joined.listeners.add(listener);
    return () => joined.leave(listener);
  }

  private leave(listener: Listener): void {
    this.listeners.delete(listener);
    if (this.listeners.size) return;
    LiveSocket.open.delete(this.page);
    window.clearTimeout(this.timer);
    this.socket?.close();
  }

  private async connect(): Promise<void> {
    await scriptsRan(); // one of them may begin a call
    await calmOver();
    if (!this.listeners.size) return;
    const ticket = await this.ticket();
    if (!this.listeners.size) return;
    if (!ticket) return this.again();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws/live?ticket=${encodeURIComponent(ticket)}`);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => this.heard(event.data);
    socket.onclose = () => this.again();
  }

  private async ticket(): Promise<string | undefined> {
    try {
      const body = new URLSearchParams({ page: this.page });
      const answer = await fetch(TICKET_URL, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": csrfToken() },
      });
      return answer.ok ? ((await answer.json()) as { ticket?: string }).ticket : undefined;
    } catch {
      return undefined;
    }
  }

  private opened(): void {
    this.retry = RETRY_FIRST;
    const back = this.wasOpen;
    this.wasOpen = true;
    for (const listener of this.listeners) {
      listener.state(true);
      if (back) listener.changed();
    }
  }

  private heard(data: unknown): void {
    if (typeof data !== "string") return;
    const message = JSON.parse(data) as { t?: string };
    if (message.t !== "changed") return;
    for (const listener of this.listeners) listener.changed();
  }

  private again(): void {
    this.socket = undefined;
    for (const listener of this.listeners) listener.state(false);
    if (!this.listeners.size) return;
    this.timer = window.setTimeout(() => void this.connect(), this.retry * (0.75 + Math.random() / 2));
    this.retry = Math.min(this.retry * 2, RETRY_LAST);
  }
}

/** The page's scripts have run, each in its turn. */
function scriptsRan(): Promise<void> | undefined {
  if (document.readyState === "complete") return undefined;
  return new Promise((go) => {
    for (const name of ["DOMContentLoaded", "load"]) addEventListener(name, () => go(), { once: true });
  });
}

/** The token Django expects; the page carries it on <html> when it is not in a form. */
export function csrfToken(): string {
  const field = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  return field?.value ?? "";
}

/** Whether somebody has chosen another answer than the page came with. */
function isChosen(select: HTMLSelectElement): boolean {
  const given = [...select.options].find((one) => one.defaultSelected) ?? select.options[0];
  return select.value !== given?.value;
}

export class LiveRegion extends HTMLElement {
  private leave: (() => void) | undefined;
  private timer: number | undefined;
  private etag = "";
  private busy = false;
  private stale = false;
  private gone: string | undefined;
  private readonly onLook = () => {
    if (document.visibilityState === "visible") void this.refresh();
  };
  // A socket may outlive a short cut: then no reconnect tells that a fetch in between has failed.
  private readonly onLine = () => void this.refresh();

  connectedCallback(): void {
    const page = this.getAttribute("page");
    if (page) {
      this.leave = LiveSocket.join(page, {
        changed: () => void this.refresh(),
        state: (live) => this.show(live),
      });
    }
    this.timer = window.setInterval(() => this.resting || void this.refresh(), REFRESH);
    document.addEventListener("visibilitychange", this.onLook);
    window.addEventListener("online", this.onLine);
  }

  disconnectedCallback(): void {
    this.leave?.();
    window.clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.onLook);
    window.removeEventListener("online", this.onLine);
  }

  /** With `data-rests` nothing is fetched by the clock while nobody sees it: on a narrow line that costs the sound. */
  private get resting(): boolean {
    return this.dataset.rests !== undefined && this.checkVisibility?.() === false;
  }

  private get reachable(): boolean {
    return this.dataset.while === undefined || this.closest(this.dataset.while) !== null;
  }

  /** Fetch the fragment; a change heard meanwhile is fetched right after, never lost and never doubled. */
  async refresh(): Promise<void> {
    if (this.busy) {
      this.stale = true;
      return;
    }
    this.busy = true;
    do {
      await calmOver();
      this.stale = false;
      await this.fetchOnce();
    } while (this.stale);
    this.busy = false;
  }

  private async fetchOnce(): Promise<void> {
    const src = this.getAttribute("src");
    if (!src || !this.reachable) return;
    this.gone ??= this.querySelector<HTMLTemplateElement>(":scope > template[data-gone]")?.innerHTML;
    try {
      const headers: Record<string, string> = { "HX-Request": "true" };
      if (this.etag) headers["If-None-Match"] = this.etag;
      const answer = await fetch(src, { headers, cache: "no-store" });
      if (answer.status === 404 && this.gone !== undefined && !answer.redirected) {
        this.etag = "";
        if (this.dataset.gone === undefined) this.swap(this.gone); // said once, not each half minute
        this.dataset.gone = "";
        return;
      }
      delete this.dataset.gone;
      if (answer.status !== 200 || answer.redirected) return;
      this.etag = answer.headers.get("ETag") ?? "";
      this.swap(await answer.text());
    } catch {
      // The network is away: the next message or the timer tries again.
    }
  }

  private swap(html: string): void {
    if (this.typing()) {
      this.etag = ""; // somebody is typing inside: the next round brings it
      return;
    }
    const focused = this.contains(document.activeElement) ? document.activeElement?.id : "";
    const opened = [...this.querySelectorAll<HTMLDetailsElement>("details[id][open]")].map((one) => one.id);
    const chosen = [...this.querySelectorAll<HTMLSelectElement>("select[id]")].filter(isChosen);
    this.innerHTML = html;
    for (const { id, value } of chosen) this.choose(id, value);
    for (const id of opened) this.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    if (focused) this.querySelector<HTMLElement>(`#${CSS.escape(focused)}`)?.focus({ preventScroll: true });
    this.dispatchEvent(new CustomEvent("live:swapped", { bubbles: true }));
  }

  /** What somebody has chosen stays chosen while it is among the answers still. */
  private choose(id: string, value: string): void {
    const fresh = this.querySelector<HTMLSelectElement>(`select#${CSS.escape(id)}`);
    if (fresh && [...fresh.options].some((one) => one.value === value)) fresh.value = value;
  }

  private typing(): boolean {
    const typed = "input:not([type=hidden]), textarea, select";
    return this.querySelector(`:is(${typed}):focus`) !== null;
  }

  private show(live: boolean): void {
    this.dataset.live = live ? "live" : "waiting";
    this.dispatchEvent(new CustomEvent("live:state", { bubbles: true, detail: live ? "live" : "waiting" }));
  }
}

customElements.define("live-region", LiveRegion);
