"""Languages in which a citizen can be received without an interpreter: those the experts of her authority speak.

Posts own the hours, and an expert is bound to a post only when she sits down. So nobody knows today who will sit there
at a booked start, and no language of an expert can promise it. What can be said honestly is where it is possible at
all: a post receives, and of the experts who answer the topic in that language one is left whom no other booking in it
will want at that moment. Only such starts are offered, an interpreter is taken first where one is free, and the pages
say that without one it is a wish, not a promise. Who takes such a start waits for others who ask the same authority
for a language (`taking` of places_at), so that two at one instant do not both count on the last of its experts.
"""

from datetime import datetime
from uuid import UUID

from legalaid.directory.queries import interpreter_languages
from legalaid.directory.states import Language
from legalaid.kernel.sql import fetch_all, listed
from legalaid.people.states import Role
from legalaid.reception.free_rules import Span, crowded, less
from legalaid.reception.queries.held import FREED
from legalaid.reception.rules import BUFFER
from legalaid.reception.states import LIVE_BOOKINGS


def languages_for(*, authority_id: int, topic_id: int, now: datetime) -> list[tuple[str, bool]]:
    """(language, whether somebody interprets it) for all that may be asked for, sign language first. Two queries."""
    interpreted = set(interpreter_languages())
    spoken = experts_by_language(authority_id=authority_id, topic_id=topic_id, now=now)
    return [(one.value, one.value in interpreted) for one in Language if one.value in interpreted | spoken.keys()]


def experts_by_language(*, authority_id: int, topic_id: int, now: datetime) -> dict[str, int]:
    """How many experts of the authority answer a topic in each language."""
    return dict(fetch_all(_EXPERTS, authority=authority_id, topic=topic_id, now=now, role=Role.EXPERT.value))


def expert_spans(
    *, authority_id: int, topic_id: int, language: str, first: int, last: int, now: datetime, mine: UUID | None
) -> list[Span]:  # fmt: skip
    """When between two minutes one more dialogue in the language could find an expert who speaks it; [] for never."""
    experts = experts_by_language(authority_id=authority_id, topic_id=topic_id, now=now).get(language, 0)
    if not experts:
        return []
    busy = fetch_all(_WANTED, authority=authority_id, language=language, first=first, last=last, now=now, mine=mine,
                     buffer=int(BUFFER.total_seconds()) // 60)  # fmt: skip
    return less([(first, last)], crowded([(row[0], row[1]) for row in busy], experts))


_EXPERTS = """
    SELECT language, count(DISTINCT e.user_id) FROM directory_expertprofile e
    JOIN people_user u ON u.id = e.user_id AND u.is_active, unnest(e.languages) AS language
    WHERE e.authority_id = %(authority)s
        AND EXISTS (SELECT FROM people_membership m WHERE m.user_id = e.user_id AND m.role = %(role)s
            AND m.authority_id = e.authority_id AND m.since <= %(now)s AND (m.until IS NULL OR m.until > %(now)s))
        AND (NOT EXISTS (SELECT FROM directory_expertprofile_topics t WHERE t.expertprofile_id = e.id)
            OR EXISTS (SELECT FROM directory_expertprofile_topics t WHERE t.expertprofile_id = e.id
                AND t.topic_id = %(topic)s))
    GROUP BY language
"""
_WANTED = f"""
    SELECT b.busy_from - %(buffer)s, b.busy_until FROM reception_booking b
    JOIN directory_post p ON p.id = b.post_id JOIN intake_helprequest h ON h.id = b.help_request_id
    WHERE p.authority_id = %(authority)s AND h.interpreter = %(language)s AND b.interpreter_id IS NULL
        AND b.busy_from < %(last)s AND b.busy_until > %(first)s AND b.state IN {listed(LIVE_BOOKINGS)}
        AND h.id IS DISTINCT FROM %(mine)s::uuid AND NOT (b.state = 'held' AND {FREED} <= %(now)s)
"""  # noqa: S608 - our own names
