import "./styles/index.css";
import "./autosave";
import "./live";
import "./small";

/** htmx is heavier than the citizen's whole page, so only a page that uses it fetches it. */
if (document.querySelector("[hx-get],[hx-post],[hx-boost],[data-htmx]")) {
  void import("./htmx");
}
