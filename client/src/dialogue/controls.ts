import { t } from "../i18n";
import { csrfToken } from "../live";
import { bindPanels, showPanels } from "./acts";
import { CallWatch } from "./call-watch";
import type { Chat } from "./chat";
import { cameras } from "./devices";
import { maybePart, part } from "./parts";
import { remedy } from "./remedies";
import type { DialogueRoom } from "./room";

export interface Controls {
  /** Bring buttons and words in line with the room. */
  show(): void;
  /** Call back when the person enters from the device check. */
  onenter(act: () => void): void;
  /** A remedy to show beside the buttons, or nothing. */
  fault(text: string): void;
  /** The browser waits for a click before it plays sound. */
  blocked(): void;
}

/** Buttons and keys of the room. Esc never hangs up; M, V and C work unless something is being typed. */
export function bindControls(room: DialogueRoom, chat: Chat): Controls {
  const button = (name: string) => part(room, name) as HTMLButtonElement;
  const toggleMicrophone = () => void microphone(room, controls);
  const toggleCamera = () => void camera(room, controls);
  const openPanel = bindPanels(room, () => controls.show());
  const toggleChat = () => {
    if (room.dataset.chat === "open" && room.dataset.panel === "chat") {
      room.dataset.chat = "closed";
      controls.show();
      return;
    }
    openPanel("chat");
    chat.read();
    chat.focus();
  };
  room.addEventListener("click", (event) => {
    const words = (event.target as Element).closest<HTMLElement>("[data-phrase]")?.dataset.phrase;
    if (words) chat.sayNow(words);
  });
  const controls: Controls = {
    show: () => show(room),
    onenter: (act) => {
      maybePart(room, "enter")?.addEventListener("click", act);
      for (const early of room.querySelectorAll<HTMLButtonElement>(".equipment button:disabled"))
        early.disabled = false; // until now a press would have been lost
    },
    fault: (text) => {
      const place = part(room, "fault");
      place.textContent = text;
      place.hidden = !text;
    },
    blocked: () => {
      button("unblock").hidden = false;
    },
  };
  button("mic").addEventListener("click", toggleMicrophone);
  button("cam").addEventListener("click", toggleCamera);
  bindShowing(room, controls);
  new CallWatch(
    room.devices,
    part(room, "own-video") as HTMLVideoElement,
    () => (room.state === "live" || room.state === "waiting") && room.dataset.held !== "yes",
    (text) => controls.fault(text),
  );
  button("chat-toggle").addEventListener("click", toggleChat);
  button("unblock").addEventListener("click", () => {
    for (const media of room.querySelectorAll<HTMLMediaElement>("video, audio"))
      media.play().catch(() => undefined);
    button("unblock").hidden = true;
  });
  const more = button("more");
  more.addEventListener("click", () => {
    const all = room.dataset.more !== "on";
    room.dataset.more = all ? "on" : "off";
    more.setAttribute("aria-expanded", String(all));
    // What came stands before this button: the keyboard would have passed it.
    const rare = [...room.querySelectorAll<HTMLElement>(".control-rare")];
    if (all) rare.find((one) => one.getClientRects().length)?.focus();
  });
  maybePart(room, "sound-only")?.addEventListener("click", () => {
    if (!room.devices.video && room.devices.faults.camera) room.devices.closeCamera(); // she does without it now
  });
  maybePart(room, "repair")?.addEventListener("click", () => room.repair());
  maybePart(room, "leave")?.addEventListener("click", () => room.leave());
  for (const back of room.querySelectorAll('[data-part="return"]'))
    back.addEventListener("click", () => void room.enter());
  bindEnd(room);
  chat.onunread = () => showUnread(room, chat);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    if (event.code === "KeyM") toggleMicrophone();
    else if (event.code === "KeyV") toggleCamera();
    else if (event.code === "KeyC") {
      event.preventDefault(); // the letter must not fall into the field that gets the focus
      toggleChat();
    }
  });
  // beside the memo there is room for the chat only on a wide desk
  const wide = room.dataset.role === "expert" ? "(min-width: 110em)" : "(min-width: 60em)";
  if (window.matchMedia(wide).matches) room.dataset.chat = "open";
  show(room);
  return controls;
}

async function microphone(room: DialogueRoom, controls: Controls): Promise<void> {
  const { devices } = room;
  if (devices.audio) devices.setMuted(!devices.muted);
  else if (await devices.openMicrophone()) devices.setMuted(false);
  controls.fault(devices.faults.microphone ? remedy("microphone", devices.faults.microphone) : "");
}

async function camera(room: DialogueRoom, controls: Controls): Promise<void> {
  const { devices } = room;
  if (devices.turned) devices.hide("document");
  else if (devices.video) devices.closeCamera();
  else await devices.openCamera();
  controls.fault(devices.faults.camera ? remedy("camera", devices.faults.camera) : "");
}

/** Screen and document camera: offered only where the browser and the machine have them. */
function bindShowing(room: DialogueRoom, controls: Controls): void {
  const { devices } = room;
  const shows = () => room.dispatchEvent(new Event("dialogue:shows"));
  const screen = maybePart(room, "screen");
  if (screen && navigator.mediaDevices && "getDisplayMedia" in navigator.mediaDevices) {
    screen.hidden = false;
    screen.addEventListener("click", () => {
      if (devices.screen) devices.hide("screen");
      else void devices.openScreen().then((shown) => shown && shows());
    });
  }
  const paper = maybePart(room, "document");
  if (!paper) return;
  const look = async () => {
    paper.hidden = (await cameras()).length < 2;
  };
  paper.addEventListener("click", async () => {
    if (devices.document) devices.hide("document");
    else if (await devices.openDocument()) shows();
    else controls.fault(t("Вторая камера не включилась. Проверьте, не занята ли она другой программой."));
  });
  maybePart(room, "turn-back")?.addEventListener("click", () => devices.hide("document"));
  navigator.mediaDevices?.addEventListener("devicechange", () => void look());
  room.addEventListener("dialogue:state", () => void look());
  void look();
}

function show(room: DialogueRoom): void {
  const paused = room.dataset.held === "yes" ? t("на паузе") : "";
  toggle(room, "mic", room.dataset.microphone === "on", paused || t("включён"), t("выключен"));
  toggle(room, "cam", room.dataset.camera === "on", paused || t("включена"), t("выключена"));
  if (maybePart(room, "screen"))
    toggle(room, "screen", room.dataset.screen === "on", t("показываем"), t("не виден"));
  if (maybePart(room, "document"))
    toggle(room, "document", room.dataset.document === "on", t("показываем"), t("не показан"));
  const chats = room.dataset.chat === "open" && room.dataset.panel === "chat";
  part(room, "chat-toggle").setAttribute("aria-expanded", String(chats));
  showPanels(room);
}

function toggle(room: DialogueRoom, name: string, on: boolean, yes: string, no: string): void {
  const button = part(room, name);
  button.setAttribute("aria-pressed", String(on));
  part(button, "toggle-state").textContent = on ? yes : no;
}

function showUnread(room: DialogueRoom, chat: Chat): void {
  const badge = part(room, "unread");
  badge.hidden = chat.unread === 0;
  badge.textContent = t("новых: {count}", { count: chat.unread });
}

/** Ending is asked once. The room hears of it as everybody does: through the event. */
function bindEnd(room: DialogueRoom): void {
  const form = maybePart(room, "end-form") as HTMLFormElement | null;
  const dialog = maybePart(room, "end-dialog") as HTMLDialogElement | null;
  if (!form || !dialog) return;
  maybePart(room, "end")?.addEventListener("click", () => dialog.showModal());
  maybePart(room, "end-no")?.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sure = part(room, "end-yes") as HTMLButtonElement;
    sure.disabled = true;
    fetch(form.action, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    })
      .then((answer) => {
        if (answer.ok) dialog.close();
        else form.submit(); // the page itself says what is wrong
      })
      .catch(() => undefined)
      .finally(() => {
        sure.disabled = false;
      });
  });
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))
  );
}
