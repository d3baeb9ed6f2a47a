"""Who may see a booking, and who may sit at a post."""

from uuid import UUID

from legalaid.directory.models import Post
from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import may_see
from legalaid.intake.queries import requests_with_all
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role
from legalaid.reception.models import Booking


def get_visible_booking(actor: Actor, booking_id: int) -> Booking:
    """Return the booking, or raise NotFound when it is unknown or not the actor's to see."""
    booking = (
        Booking.objects.select_related("help_request__topic", "help_request__citizen", "post", "booth__branch")
        .filter(pk=booking_id)
        .order_by("id")
        .first()
    )
    if booking is None or not may_see(actor, booking.help_request):
        raise NotFound
    return booking


def get_changeable_request(actor: Actor, help_request_id: UUID) -> HelpRequest:
    """A request whose time the actor may change: the citizen's own, or one of the operator's branch; else NotFound."""
    request = requests_with_all().filter(pk=help_request_id).first()
    if request is None:
        raise NotFound
    by_operator = request.branch_id is not None and actor.has(Role.OPERATOR, branch_id=request.branch_id)
    own = actor.kind == "citizen" and actor.help_request_id == request.pk
    if not (own or by_operator or actor.kind == "system"):
        raise NotFound
    return request


def get_own_post(actor: Actor, post_id: int) -> Post:
    """A post of an authority where the actor is an expert, or NotFound."""
    post = Post.objects.select_related("authority").filter(pk=post_id).order_by("id").first()
    if post is None or not actor.has(Role.EXPERT, authority_id=post.authority_id):
        raise NotFound
    return post
