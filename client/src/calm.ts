/**
 * While a call is being connected the page asks for nothing else: fragments that are fetched in that moment take the
 * server, the line and this very thread from the words that bring the picture. It lasts until it is over or `most` has
 * gone by, and what was put off is fetched then.
 */
let standing = 0;
const waiting: (() => void)[] = [];

/** Begin; returns what ends it, which may be called twice. */
export function calm(most: number): () => void {
  standing += 1;
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    window.clearTimeout(timer);
    standing -= 1;
    if (!standing) for (const go of waiting.splice(0)) go();
  };
  const timer = window.setTimeout(end, most);
  return end;
}

/** Resolves when nothing is being connected, at once if nothing is. */
export function calmOver(): Promise<void> | undefined {
  return standing ? new Promise((go) => waiting.push(go)) : undefined;
}
