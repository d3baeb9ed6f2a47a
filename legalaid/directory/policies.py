"""Who manages what of the network. Unknown and forbidden look the same."""

from legalaid.directory.agreement_queries import agreement_with_all
from legalaid.directory.models import Agreement, Authority, Branch, Topic
from legalaid.directory.pack import Pack, read_zip
from legalaid.directory.pack_queries import upload_of
from legalaid.directory.queries import topic_by_code
from legalaid.directory.states import AgreementState
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role


def managed_authorities(actor: Actor) -> list[int]:
    """Ids of the authorities the actor manages: a coordinator hers, the project office all."""
    if actor.kind != "staff":
        return []
    if actor.has(Role.OFFICE):
        return list(Authority.objects.order_by("plain", "id").values_list("pk", flat=True))
    return actor.places(Role.COORDINATOR, "authority")


def get_managed_authority(actor: Actor, authority_id: int) -> Authority:
    """An authority the actor manages, or NotFound."""
    found = Authority.objects.filter(pk=authority_id).first() if authority_id in managed_authorities(actor) else None
    if found is None:
        raise NotFound
    return found


def get_managed_branch(actor: Actor, branch_id: int) -> Branch:
    """A branch, for the project office; NotFound otherwise."""
    found = Branch.objects.filter(pk=branch_id).first() if actor.has(Role.OFFICE) else None
    if found is None:
        raise NotFound
    return found


def get_branch_of_booth(actor: Actor, booth_id: int) -> Branch:
    """The branch of a booth, for the project office; NotFound otherwise."""
    found = Branch.objects.filter(booths=booth_id).first() if actor.has(Role.OFFICE) else None
    if found is None:
        raise NotFound
    return found


def may_keep_network(actor: Actor) -> bool:
    """The project office keeps branches, booths and authorities."""
    return actor.kind == "staff" and actor.has(Role.OFFICE)


def may_keep_agreements(actor: Actor) -> bool:
    """The project office keeps agreements; the system makes those of the demo and ends them in time."""
    return actor.kind == "system" or actor.has(Role.OFFICE)


def get_visible_agreement(actor: Actor, agreement_id: int) -> Agreement:
    """An agreement with its authority: the office sees all, a coordinator those of her authority that left the office.

    Raises NotFound.
    """
    found = agreement_with_all(agreement_id)
    if found is None:
        raise NotFound
    if may_keep_agreements(actor):
        return found
    hers = actor.has(Role.COORDINATOR, authority_id=found.authority_id)
    if not hers or found.state == AgreementState.DRAFT:
        raise NotFound
    return found


def get_topic(code: str) -> Topic:
    """One topic of the catalogue, which is public. Raises NotFound."""
    topic = topic_by_code(code)
    if topic is None:
        raise NotFound
    return topic


def get_uploaded_pack(actor: Actor) -> Pack:
    """The pack a member of the office is looking at. Raises NotFound, PackRefused."""
    kept = upload_of(actor.user_id) if actor.user_id is not None and may_keep_agreements(actor) else None
    if kept is None:
        raise NotFound
    return read_zip(bytes(kept.content))
