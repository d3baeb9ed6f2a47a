"""The state of a media server in words."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legalaid.dialogue.media_rules import Node, healthy
from legalaid.dialogue.models import MediaNode


def health_of(node: MediaNode, now: datetime) -> str:
    """`well`, `draining`, `lost`, or `new` when nobody has ever heard of it."""
    if node.seen_at is None:
        return "new"
    if not healthy(Node(node.name, node.weight, node.draining, node.seen_at, node.lost_at), now):
        return "lost"
    return "draining" if node.draining else "well"


WORDS: dict[str, Promise] = {
    "well": _("отвечает"),
    "draining": _("выводится: новых диалогов не получает"),
    "lost": _("не отвечает"),
    "new": _("ещё не отвечал"),
}


def health_words(node: MediaNode, now: datetime) -> str:
    """For people."""
    return str(WORDS[health_of(node, now)])
