"""Who is on duty, who waits, and in what order."""

from uuid import UUID

from django.db.models import Q, QuerySet

from legalaid.directory.models import Post
from legalaid.reception.models import Duty, Ticket
from legalaid.reception.states import WAITING_TICKETS


def open_duty(expert_id: int) -> Duty | None:
    """The expert's open duty, if she is «на приёме»."""
    return (
        Duty.objects.filter(expert_id=expert_id, ended_at=None).select_related("post__authority").order_by("id").first()
    )


def on_reception(authority_id: int) -> bool:
    """Whether an expert of the authority is «на приёме» now."""
    return Duty.objects.filter(post__authority_id=authority_id, ended_at=None).exists()


def free_posts_to_sit(authority_id: int) -> QuerySet[Post]:
    """Posts of an authority at which nobody sits."""
    return (
        Post.objects.filter(authority_id=authority_id)
        .exclude(duties__ended_at=None, duties__isnull=False)
        .order_by("name", "id")
    )


def queue_of(authority_ids: list[int]) -> QuerySet[Ticket]:
    """Waiting tickets of authorities, next first."""
    return (
        Ticket.objects.filter(authority_id__in=authority_ids, state__in=WAITING_TICKETS)
        .select_related("help_request__topic", "help_request__citizen", "help_request__branch")
        .order_by("priority", "created_at", "id")
    )


def waiting_at_branch(branch_id: int) -> QuerySet[Ticket]:
    """Waiting tickets of visitors who sit at a branch, longest waiting first."""
    return (
        Ticket.objects.filter(help_request__branch_id=branch_id, state__in=WAITING_TICKETS)
        .select_related("help_request__topic", "help_request__citizen", "authority")
        .order_by("created_at", "id")
    )


def waiting_ticket(help_request_id: UUID) -> Ticket | None:
    """The waiting ticket of a request, if any."""
    return Ticket.objects.filter(help_request_id=help_request_id, state__in=WAITING_TICKETS).order_by("id").first()


def position_of(ticket: Ticket) -> int:
    """1 for the next to be taken."""
    ahead = Ticket.objects.filter(authority_id=ticket.authority_id, state__in=WAITING_TICKETS).filter(
        Q(priority__lt=ticket.priority)
        | Q(priority=ticket.priority, created_at__lt=ticket.created_at)
        | Q(priority=ticket.priority, created_at=ticket.created_at, pk__lt=ticket.pk)
    )
    return ahead.count() + 1
