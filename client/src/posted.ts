/**
 * A page that answers a form. Going back to it, the browser would have to send the form once more, and shows a fault of
 * its own instead; so the place of this page in the history becomes an ordinary address: the one given, or its own.
 */
const address = document.documentElement.dataset.posted;
if (address !== undefined) history.replaceState(history.state, "", address || location.href);
