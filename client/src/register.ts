/** The desk's registration: what the page itself must see to, for the server cannot. */

/**
 * A date typed in part is sent as none at all, so a form that books is not sent with one: the field says its own words
 * (`data-bad`). They stay until the next try, for a browser tells of no change between a part of a date and nothing.
 */
function holdBadDates(event: Event): void {
  const sender = (event as CustomEvent<{ elt: Element }>).detail.elt;
  if (!sender.matches("[name=book]")) return;
  for (const field of sender.closest("form")?.querySelectorAll<HTMLInputElement>("input[data-bad]") ?? []) {
    field.setCustomValidity("");
    if (!field.validity.badInput) continue;
    event.preventDefault();
    const folded = field.closest("details");
    if (folded) folded.open = true;
    field.setCustomValidity(field.dataset.bad ?? "");
    field.reportValidity();
  }
}

/** Going back from a slip, a browser may show the page as it was left: with the visitor before and her consent. */
function forgetVisitor(event: PageTransitionEvent): void {
  if (event.persisted && document.getElementById("register")) location.reload();
}

document.addEventListener("htmx:configRequest", holdBadDates);
window.addEventListener("pageshow", forgetVisitor);
