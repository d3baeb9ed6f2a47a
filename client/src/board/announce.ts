/** Says calls of the hall aloud: a chime, then a voice of this very computer. Nothing is ever sent to a voice service. */

const NOTES = [659.25, 523.25]; // e″, c″: the two tones people know from stations
const NOTE = 0.45;

/** A Russian voice that speaks on the machine itself; undefined when there is none. */
export function localVoice(voices: readonly SpeechSynthesisVoice[]): SpeechSynthesisVoice | undefined {
  return voices.find((voice) => voice.localService === true && /^ru\b/i.test(voice.lang.replace("_", "-")));
}

/** Two soft tones; resolves when they have faded. */
export function chime(audio: AudioContext): Promise<void> {
  const start = audio.currentTime + 0.05;
  NOTES.forEach((pitch, n) => {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    const at = start + n * NOTE;
    tone.type = "sine";
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, at);
    loudness.gain.exponentialRampToValueAtTime(0.5, at + 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + NOTE * 1.8);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + NOTE * 2);
  });
  return new Promise((done) => window.setTimeout(done, (NOTES.length + 1) * NOTE * 1000));
}

/** One announcement after another; silent until `open()` was called from a click. */
export class Announcer {
  private audio: AudioContext | undefined;
  private line: Promise<void> = Promise.resolve();

  get isOpen(): boolean {
    return this.audio !== undefined;
  }

  /** Browsers give sound only to a page somebody touched. */
  async open(): Promise<void> {
    this.audio ??= new AudioContext();
    await this.audio.resume();
    await chime(this.audio);
  }

  /** The voice there is now: browsers load them late. */
  get voice(): SpeechSynthesisVoice | undefined {
    return "speechSynthesis" in window ? localVoice(window.speechSynthesis.getVoices()) : undefined;
  }

  call(text: string): Promise<void> {
    const audio = this.audio;
    if (!audio) return Promise.resolve();
    this.line = this.line.then(() => chime(audio)).then(() => this.say(text));
    return this.line;
  }

  private say(text: string): Promise<void> {
    const voice = this.voice;
    if (!voice) return Promise.resolve();
    return new Promise((done) => {
      const speech = new SpeechSynthesisUtterance(text);
      speech.voice = voice;
      speech.lang = voice.lang;
      speech.rate = 0.9;
      speech.onend = () => done();
      speech.onerror = () => done();
      window.setTimeout(done, 15_000); // a voice that hangs must not silence the hall
      window.speechSynthesis.speak(speech);
    });
  }
}
