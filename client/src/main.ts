import "./styles/index.css";
import "./autosave";
import "./call-card";
import "./live";
import "./posted";
import "./presence";
import "./small";

/** The coordinator's grid is for one page of one role. */
if (document.querySelector("hours-grid")) void import("./hours/grid");
/** The annex of an agreement is the office's. */
if (document.querySelector("mark-matrix")) void import("./office/matrix");
/** The bell rings at the desk alone. */
if (document.querySelector("desk-bell")) void import("./bell");
/** Who comes to the screen is heard at the expert's desk. */
if (document.querySelector("arrival-bell")) void import("./arrival");
/** The hall's screen is a page of its own. */
if (document.querySelector("hall-board")) void import("./board/hall");
/** A booth forgets whoever sat there. */
if (document.querySelector("booth-home")) void import("./booth-home");
