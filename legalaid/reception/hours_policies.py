"""Who may see and change the hours of a post."""

from legalaid.directory.models import Authority, Post
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role


def get_coordinated_post(actor: Actor, post_id: int) -> Post:
    """A post of an authority the actor coordinates, or NotFound."""
    post = Post.objects.select_related("authority").filter(pk=post_id).order_by("id").first()
    if post is None or not actor.has(Role.COORDINATOR, authority_id=post.authority_id):
        raise NotFound
    return post


def get_coordinated_authority(actor: Actor, authority_id: int | None = None) -> Authority:
    """An authority the actor coordinates, the first one when none is named, or NotFound."""
    own = actor.places(Role.COORDINATOR, "authority")
    wanted = authority_id if authority_id is not None else next(iter(own), None)
    found = Authority.objects.filter(pk=wanted).order_by("id").first() if wanted in own else None
    if found is None:
        raise NotFound
    return found
