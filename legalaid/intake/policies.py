"""Who may see a request. Unknown and forbidden look the same."""

from uuid import UUID

from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import request_with_all
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role


def may_see(actor: Actor, request: HelpRequest) -> bool:
    """A citizen her own; an operator those of her branch and the one whose caller she has checked; an expert those of
    her authority."""
    if actor.kind == "citizen":
        return actor.help_request_id == request.pk
    if answers(actor, request):
        return True
    if actor.kind == "system":
        return True
    if request.branch_id is not None and actor.has(Role.OPERATOR, branch_id=request.branch_id):
        return True
    if request.authority_id is None:
        return False
    return actor.has(Role.EXPERT, authority_id=request.authority_id)


def answers(actor: Actor, request: HelpRequest) -> bool:
    """Whether the actor is an operator on the telephone with the request's citizen."""
    return actor.help_request_id == request.pk and actor.has(Role.OPERATOR)


def get_visible_request(actor: Actor, help_request_id: UUID | None) -> HelpRequest:
    """Return the request, or raise NotFound when it is unknown or not the actor's to see."""
    request = request_with_all(help_request_id) if help_request_id else None
    if request is None or not may_see(actor, request):
        raise NotFound
    return request


def get_registered_request(actor: Actor, help_request_id: UUID) -> HelpRequest:
    """A request the actor has just registered, perhaps for another centre, or may see anyway; else NotFound."""
    request = request_with_all(help_request_id)
    mine = request is not None and actor.user_id is not None and request.registered_by_id == actor.user_id
    if request is None or not (mine or may_see(actor, request)):
        raise NotFound
    return request
