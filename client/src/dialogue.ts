import "./styles/dialogue.css";
import "./dialogue/room";
