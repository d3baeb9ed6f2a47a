"""Who acts. Doors build an Actor from a session or a secret link; below them nothing else is known of the caller."""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """One membership in force: a role at a place (a branch, an authority, or the whole region when both are None)."""

    role: str
    branch_id: int | None = None
    authority_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A citizen behind one secret link, a guest of one dialogue, staff with grants, or the system itself."""

    kind: Literal["citizen", "guest", "staff", "system"]
    user_id: int | None = None
    help_request_id: UUID | None = None
    participant_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    name: str = ""

    @classmethod
    def citizen(cls, help_request_id: UUID | None) -> "Actor":
        return cls(kind="citizen", help_request_id=help_request_id)

    @classmethod
    def guest(cls, participant_id: UUID) -> "Actor":
        """Somebody without an account who came into one dialogue by a link, as its participant."""
        return cls(kind="guest", participant_id=participant_id)

    @classmethod
    def staff(cls, user_id: int, grants: tuple[Grant, ...]) -> "Actor":
        return cls(kind="staff", user_id=user_id, grants=grants)

    @classmethod
    def system(cls, name: str) -> "Actor":
        return cls(kind="system", name=name)

    def answering(self, help_request_id: UUID) -> "Actor":
        """The same member of staff on the telephone with the citizen of a request, whom she has checked."""
        return replace(self, help_request_id=help_request_id)

    @property
    def label(self) -> str:
        """How the journal names the actor: never with personal data."""
        if self.kind == "staff":
            return f"staff:{self.user_id}"
        return f"system:{self.name}" if self.kind == "system" else self.kind

    def has(self, role: str, *, branch_id: int | None = None, authority_id: int | None = None) -> bool:
        """Whether a grant gives `role` at the place; a place left out is not asked about."""
        return any(
            g.role == role
            and (branch_id is None or g.branch_id == branch_id)
            and (authority_id is None or g.authority_id == authority_id)
            for g in self.grants
        )

    def places(self, role: str, kind: Literal["branch", "authority"]) -> list[int]:
        """Ids of the branches or authorities where the actor has the role."""
        found = (g.branch_id if kind == "branch" else g.authority_id for g in self.grants if g.role == role)
        return sorted({place for place in found if place is not None})
