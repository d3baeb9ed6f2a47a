/**
 * htmx is heavier than the citizen's whole page, so a page that uses it names this file in its `scripts` block.
 *
 * As a script of the page it is there before DOMContentLoaded, where htmx starts itself. Imported later it may come
 * between that event and `complete`, and then it never starts.
 */
import htmx from "htmx.org";
import "./register";

// The content policy forbids inline styles and evaluated text; a fragment may not bring either.
htmx.config.includeIndicatorStyles = false;
htmx.config.attributesToSettle = ["class", "width", "height"]; // "style" would be an inline style
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // pages hold personal data: nothing is kept in the browser's storage
// A refusal (409, 422) is a page with a message, so it is shown like any other answer.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "4(09|22)", swap: true },
  { code: "[45]..", swap: false, error: true },
];

document.addEventListener("live:swapped", (event) => {
  if (event.target instanceof Element) htmx.process(event.target);
});
