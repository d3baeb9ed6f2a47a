import "./styles/dialogue.css";
import "./dialogue/booth-check";
import "./dialogue/device-check";
import "./dialogue/room";
