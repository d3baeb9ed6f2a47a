"""What a reader may choose, and how the choice travels in a cookie. Pure: no request, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import parse_qsl, urlencode

COOKIE = "appearance"
COOKIE_SECONDS = 365 * 24 * 60 * 60

ALLOWED: Mapping[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "vision": ("off", "on"),
    "size": ("100", "150", "200"),
    "spacing": ("normal", "wide", "widest"),
    "scheme": ("usual", "black-on-white", "white-on-black", "blue-on-blue"),
    "images": ("on", "off"),
}
"""Every choice with its values; the first is the usual one."""


class UnknownChoice(ValueError):
    """A value that no button of ours sends."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """One reader's choices. Size is per cent; the low-vision ones act only while `vision` is on."""

    theme: str = "auto"
    vision: str = "off"
    size: str = "100"
    spacing: str = "normal"
    scheme: str = "usual"
    images: str = "on"

    @property
    def low_vision(self) -> bool:
        return self.vision == "on"

    @property
    def images_off(self) -> bool:
        return self.low_vision and self.images == "off"

    @property
    def attributes(self) -> list[tuple[str, str]]:
        """Names and values of the `data-` attributes of <html>; usual values are left out."""
        names = ("vision", "size", "spacing", "scheme", "images") if self.low_vision else ("theme",)
        return [(name, getattr(self, name)) for name in names if getattr(self, name) != ALLOWED[name][0]]

    def changed(self, wanted: Mapping[str, str]) -> "Appearance":
        """Return it with the wanted choices; turning low vision on enlarges at once. Raises UnknownChoice."""
        for name, value in wanted.items():
            if value not in ALLOWED.get(name, ()):
                raise UnknownChoice(name)
        if wanted.get("vision") == "off":
            return Appearance(theme=self.theme)
        if wanted.get("vision") == "on" and not self.low_vision:
            wanted = {"size": "150", "scheme": "black-on-white", **wanted}
        return replace(self, **wanted)

    def to_cookie(self) -> str:
        usual = Appearance()
        chosen = {
            f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != getattr(usual, f.name)
        }
        return urlencode(chosen)


def from_cookie(text: str) -> Appearance:
    """Return the choices in a cookie. A cookie is the reader's own: what is not known in it means the usual look."""
    known = {name: value for name, value in parse_qsl(text) if value in ALLOWED.get(name, ())}
    return replace(Appearance(), **known)
