import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CODE, type FromServer } from "./frames";
import { DialogueSocket, type Refusal } from "./socket";

/** A stand-in for the network: the socket's own logic is what is tested here. */
class Wire {
  static readonly OPEN = 1;
  static all: Wire[] = [];
  readyState = 0;
  sent: { t: string; [name: string]: unknown }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closedWith: number | undefined;

  constructor(readonly url: string) {
    Wire.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code: number): void {
    this.closedWith = code;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
    this.hear({ t: "welcome" } as FromServer);
  }

  hear(frame: FromServer): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const last = () => Wire.all[Wire.all.length - 1] as Wire;
let answer: { ok: boolean; status: number; json(): Promise<unknown> };
let heard: { healthy: boolean[]; over: [number, Refusal | undefined][] };

function start(): DialogueSocket {
  const socket = made();
  socket.start();
  return socket;
}

function made(entrance = ""): DialogueSocket {
  heard = { healthy: [], over: [] };
  const socket = new DialogueSocket("/ticket/", () => 7, {
    frame: () => undefined,
    healthy: (is) => heard.healthy.push(is),
    over: (code, refusal) => heard.over.push([code, refusal]),
  });
  socket.entrance = entrance;
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  Wire.all = [];
  answer = { ok: true, status: 200, json: async () => ({ ticket: "abc" }) };
  vi.stubGlobal("WebSocket", Wire);
  vi.stubGlobal("fetch", async () => answer);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("DialogueSocket", () => {
  it("says hello with a fresh ticket and the last event it has", async () => {
    const socket = start();
    await vi.advanceTimersByTimeAsync(0);
    last().open();
    expect(last().sent[0]).toMatchObject({ t: "hello", ticket: "abc", since: 7, inst: socket.inst });
    expect(heard.healthy).toEqual([true]);
  });

  it("comes back by itself after a drop, and keeps its instance", async () => {
    const socket = start();
    await vi.advanceTimersByTimeAsync(0);
    last().open();
    last().onclose?.({ code: 1006 });
    expect(heard.healthy).toEqual([true, false]);
    expect(socket.send({ t: "ping" })).toBe(false);
    await vi.advanceTimersByTimeAsync(300);
    last().open();
    expect(Wire.all).toHaveLength(2);
    expect(last().sent[0]).toMatchObject({ inst: socket.inst });
  });

  it.each([CODE.replaced, CODE.refused, CODE.ended])("stays away after %i", async (code) => {
    start();
    await vi.advanceTimersByTimeAsync(0);
    last().open();
    last().onclose?.({ code });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(Wire.all).toHaveLength(1);
    expect(heard.over).toEqual([[code, undefined]]);
  });

  it("tries again with a new ticket when its ticket was refused", async () => {
    start();
    await vi.advanceTimersByTimeAsync(0);
    last().onclose?.({ code: CODE.badTicket });
    await vi.advanceTimersByTimeAsync(300);
    expect(Wire.all).toHaveLength(2);
  });

  it("hands a refusal in words on and stops", async () => {
    answer = { ok: false, status: 409, json: async () => ({ code: "too_early", text: "Ещё рано" }) };
    start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(heard.over).toEqual([[0, { code: "too_early", text: "Ещё рано" }]]);
    expect(Wire.all.map((wire) => wire.closedWith)).toEqual([1000]); // opened beside the question, and closed at once
  });

  describe("when the room carries fewer people for a moment", () => {
    const full = (code: string) => ({
      ok: false,
      status: 409,
      json: async () => ({ code, text: "Мест нет" }),
    });

    async function dropped(code: string): Promise<void> {
      start();
      await vi.advanceTimersByTimeAsync(0);
      last().open();
      answer = full(code);
      last().onclose?.({ code: 1006 });
      await vi.advanceTimersByTimeAsync(20_000);
    }

    it("whoever was inside asks until she is let in again", async () => {
      await dropped("no_place_now");
      expect(heard.over).toEqual([]);
      answer = { ok: true, status: 200, json: async () => ({ ticket: "new" }) };
      await vi.advanceTimersByTimeAsync(5_000);
      last().open();
      expect(last().sent[0]).toMatchObject({ t: "hello", ticket: "new" });
      expect(heard.healthy).toEqual([true, false, true]);
    });

    it("but her seat given to somebody else is an answer", async () => {
      await dropped("dialogue_full");
      expect(heard.over).toEqual([[0, { code: "dialogue_full", text: "Мест нет" }]]);
    });

    it("and whoever comes anew is told to wait", async () => {
      answer = full("no_place_now");
      start();
      await vi.advanceTimersByTimeAsync(20_000);
      expect(heard.over).toEqual([[0, { code: "no_place_now", text: "Мест нет" }]]);
    });
  });

  it("keeps trying while the server is away", async () => {
    answer = { ok: false, status: 502, json: async () => ({}) };
    start();
    await vi.advanceTimersByTimeAsync(5_000);
    answer = { ok: true, status: 200, json: async () => ({ ticket: "abc" }) };
    const tried = Wire.all.length;
    await vi.advanceTimersByTimeAsync(4_100);
    expect(Wire.all.length).toBeGreaterThan(tried);
    expect(Wire.all.slice(0, tried).every((wire) => wire.closedWith === 1000)).toBe(true);
    last().open();
    expect(last().sent[0]).toMatchObject({ t: "hello", ticket: "abc" });
  });

  it("says hello once, whichever comes first, the open socket or the ticket", async () => {
    let give: (value: unknown) => void = () => undefined;
    const later = new Promise((resolve) => {
      give = resolve;
    });
    vi.stubGlobal("fetch", () => later);
    start();
    last().readyState = 1;
    last().onopen?.();
    expect(last().sent).toEqual([]);
    give(answer);
    await vi.advanceTimersByTimeAsync(0);
    expect(last().sent).toMatchObject([{ t: "hello", ticket: "abc" }]);
  });

  it("enters through the socket that was held ready, with the ticket of the entrance", async () => {
    const socket = made();
    const asked = vi.fn(async () => answer);
    vi.stubGlobal("fetch", asked);
    socket.ready();
    socket.ready();
    last().readyState = 1;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(Wire.all).toHaveLength(1);
    expect(last().sent).toEqual([]);
    expect(asked).not.toHaveBeenCalled(); // a ticket opens the waiting room: nobody is there before she goes in
    socket.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(Wire.all).toHaveLength(1);
    expect(last().sent).toMatchObject([{ t: "hello", ticket: "abc" }]);
  });

  it("enters by what a fresh page brought, without a ticket, and by a ticket when that is refused", async () => {
    const asked = vi.fn(async () => answer);
    vi.stubGlobal("fetch", asked);
    const socket = made("note");
    socket.start();
    await vi.advanceTimersByTimeAsync(0);
    last().readyState = 1;
    last().onopen?.();
    expect(last().sent).toMatchObject([{ t: "hello", page: "note", since: 7 }]);
    expect(asked).not.toHaveBeenCalled();
    last().onclose?.({ code: CODE.badTicket });
    await vi.advanceTimersByTimeAsync(0);
    expect(Wire.all).toHaveLength(2);
    last().readyState = 1;
    last().onopen?.();
    expect(last().sent).toMatchObject([{ t: "hello", ticket: "abc" }]);
    expect(heard.over).toEqual([]);
  });

  it("asks for a ticket when the page has grown old", async () => {
    const socket = made("note");
    await vi.advanceTimersByTimeAsync(9 * 60_000 + 1);
    socket.start();
    last().readyState = 1;
    await vi.advanceTimersByTimeAsync(0);
    expect(last().sent).toMatchObject([{ t: "hello", ticket: "abc" }]);
  });

  it("holds another ready when the server closed the silent one, and not for ever", async () => {
    const socket = made();
    socket.ready();
    for (let i = 0; i < 50; i++) {
      last().onclose?.({ code: CODE.badTicket });
      await vi.advanceTimersByTimeAsync(600);
    }
    expect(Wire.all).toHaveLength(30);
    expect(heard.over).toEqual([]);
    socket.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(Wire.all).toHaveLength(31);
    socket.stop(false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(Wire.all).toHaveLength(31);
  });

  it("measures how far the server is", async () => {
    const took: number[] = [];
    const socket = new DialogueSocket("/ticket/", () => 0, {
      frame: () => undefined,
      healthy: () => undefined,
      over: () => undefined,
      pinged: (seconds) => took.push(seconds),
    });
    socket.start();
    await vi.advanceTimersByTimeAsync(0);
    last().open();
    await vi.advanceTimersByTimeAsync(450);
    last().hear({ t: "pong" });
    expect(took).toEqual([expect.closeTo(0.45, 1)]);
  });

  it("notices a network that died without closing the socket", async () => {
    start();
    await vi.advanceTimersByTimeAsync(0);
    const wire = last();
    wire.open();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(wire.sent.some((frame) => frame.t === "ping")).toBe(true);
    expect(wire.closedWith).toBe(CODE.silent);
    await vi.advanceTimersByTimeAsync(300);
    expect(Wire.all.length).toBeGreaterThan(1);
  });

  it("looks more closely while media is silent", async () => {
    const socket = start();
    await vi.advanceTimersByTimeAsync(0);
    const wire = last();
    wire.open();
    socket.worry(true);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(wire.closedWith).toBe(CODE.silent);
  });

  it("says farewell only when it leaves on purpose", async () => {
    const socket = start();
    await vi.advanceTimersByTimeAsync(0);
    const wire = last();
    wire.open();
    socket.stop(true);
    expect(wire.sent[wire.sent.length - 1]).toEqual({ t: "leave" });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(Wire.all).toHaveLength(1);
  });
});
