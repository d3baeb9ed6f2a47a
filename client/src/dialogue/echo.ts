import type { Speaker } from "./speaker";

const LASTS = 3_000;

/** Record the microphone for three seconds and play it back; nothing leaves the page. False when it cannot. */
export async function echo(track: MediaStreamTrack, speaker: Speaker, playing: () => void): Promise<boolean> {
  if (typeof MediaRecorder === "undefined") return false;
  try {
    const pieces: Blob[] = [];
    const recorder = new MediaRecorder(new MediaStream([track]));
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    const stopped = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.start();
    await new Promise((resolve) => window.setTimeout(resolve, LASTS));
    recorder.stop();
    await stopped;
    const context = new AudioContext();
    const sound = await context.decodeAudioData(await new Blob(pieces).arrayBuffer());
    playing();
    const source = context.createBufferSource();
    source.buffer = sound;
    source.connect(await speaker.outletOf(context));
    const ended = new Promise((resolve) => {
      source.onended = resolve;
    });
    source.start();
    await ended;
    await context.close();
    return true;
  } catch {
    return false;
  }
}
