"""Who may see a booking or a task, and who may sit at a post."""

from uuid import UUID

from legalaid.directory.models import Post
from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import answers, may_see
from legalaid.intake.queries import request_with_all
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role
from legalaid.reception.models import Booking, Task
from legalaid.reception.queries.watch import task_with_all


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
    request = request_with_all(help_request_id)
    if request is None:
        raise NotFound
    if not (speaks_for_her(actor, request) or actor.kind == "system"):
        raise NotFound
    return request


def speaks_for_her(actor: Actor, request: HelpRequest) -> bool:
    """Whether what the actor asks is the citizen's word: her own, at the desk of her branch, or on the telephone."""
    if actor.kind == "citizen":
        return actor.help_request_id == request.pk
    at_desk = request.branch_id is not None and actor.has(Role.OPERATOR, branch_id=request.branch_id)
    return at_desk or answers(actor, request)


def get_own_post(actor: Actor, post_id: int) -> Post:
    """A post of an authority where the actor is an expert, or NotFound."""
    post = Post.objects.select_related("authority").filter(pk=post_id).order_by("id").first()
    if post is None or not actor.has(Role.EXPERT, authority_id=post.authority_id):
        raise NotFound
    return post


def watches(actor: Actor) -> bool:
    """Whether the actor sees the command centre."""
    return actor.has(Role.DUTY_OFFICER) or actor.has(Role.OFFICE)


def get_visible_task(actor: Actor, task_id: int) -> Task:
    """A task of the duty officer, of an operator of its branch or an expert of its authority; NotFound otherwise."""
    task = task_with_all(task_id)
    if task is None:
        raise NotFound
    at_desk = task.branch_id is not None and actor.has(Role.OPERATOR, branch_id=task.branch_id)
    at_post = task.authority_id is not None and actor.has(Role.EXPERT, authority_id=task.authority_id)
    if not (watches(actor) or at_desk or at_post):
        raise NotFound
    return task


def get_request_to_attribute(actor: Actor, help_request_id: UUID) -> HelpRequest:
    """A request whose wait the actor may put down to somebody: the watch any, an operator those of her branch."""
    request = request_with_all(help_request_id)
    if request is None:
        raise NotFound
    if not watches(actor) and not (request.branch_id and actor.has(Role.OPERATOR, branch_id=request.branch_id)):
        raise NotFound
    return request


def get_request_to_explain(actor: Actor, help_request_id: UUID) -> HelpRequest:
    """A request whose delay the actor may explain: an expert of its authority."""
    request = request_with_all(help_request_id)
    if request is None or request.authority_id is None or actor.kind != "staff":
        raise NotFound
    if not actor.has(Role.EXPERT, authority_id=request.authority_id):
        raise NotFound
    return request


def get_request_to_tell(actor: Actor, help_request_id: UUID) -> HelpRequest:
    """A request whose waiting citizen the actor may write to or call: staff who see it, and the watch."""
    request = request_with_all(help_request_id)
    if request is None or actor.kind != "staff" or not (watches(actor) or may_see(actor, request)):
        raise NotFound
    return request
