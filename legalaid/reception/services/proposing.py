"""Which free times are proposed to several people at once: to each a place of her own."""

from datetime import datetime

from legalaid.kernel.period import Period
from legalaid.reception.models import Booking
from legalaid.reception.queries import booking_end
from legalaid.reception.queries.times import times_for
from legalaid.reception.services.reserve import Wish


class Promised:
    """Posts, booths and interpreters that the same page has proposed to somebody else already. Writes nothing."""

    def __init__(self) -> None:
        self._taken: list[tuple[Period, int | None, int | None, int | None]] = []

    def take(
        self, occupies: Period, *, posts: list[int] | None = None, booths: list[int | None] | None = None,
        interpreters: list[int | None] | None = None,
    ) -> bool:  # fmt: skip
        """Promise one of each for a period with its buffer, or return False; what is not named is not needed."""
        taken = [one for one in self._taken if one[0].start < occupies.end and occupies.start < one[0].end]
        chosen: list[int | None] = []
        for n, wanted in enumerate((posts, booths, interpreters), start=1):
            busy = {one[n] for one in taken} - {None}
            left = [None] if wanted is None else [one for one in wanted if one not in busy]
            if not left:
                return False
            chosen.append(left[0])
        self._taken.append((occupies, chosen[0], chosen[1], chosen[2]))
        return True


def nearest_free(*, booking: Booking, promised: Promised, now: datetime) -> datetime | None:
    """The free start closest to the booked one, at the same place with all she needs, that nobody else is promised.

    No sooner and no later than agreement and topic let anybody book: another would be refused when it is chosen.
    """
    request = booking.help_request
    if request.topic is None:
        return None
    booked: datetime = booking.during.lower
    starts = times_for(request=request, branch=request.branch, now=now, also_agreed=True).starts
    for start in sorted(starts, key=lambda one: abs(one - booked)):
        during, occupies = booking_end(start, request.topic.minutes)
        places = Wish(request, request.branch, during, occupies).places(now)
        if places.citizen_busy:
            continue
        if promised.take(occupies, posts=places.posts, booths=places.booths, interpreters=places.interpreters):
            return start
    return None
