"""Who is asked into a dialogue, and what its experts say among themselves."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from legalaid.dialogue.models.dialogues import Dialogue
from legalaid.dialogue.models.people import Participant
from legalaid.dialogue.states import GUEST_ROLES, InvitationState, MoveReason, ParticipantRole
from legalaid.directory.models import Authority, Topic
from legalaid.people.models import User


class Invitation(models.Model):
    """приглашение: to the experts on duty of an authority, the first of whom to accept comes; or by a link, once.

    Of a link only the fingerprint of its secret is kept. With a `reason` it is the duty officer's: who accepts takes
    the lead over from `made_by`, and the request becomes the matter of `topic` if there is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField("роль", max_length=12, choices=ParticipantRole.choices)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField("отпечаток ссылки", max_length=64, blank=True)
    made_by = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="invitations")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField("почему передают", max_length=8, choices=MoveReason.choices, blank=True)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField("состояние", max_length=10, choices=InvitationState.choices, default="open")
    declined_by = ArrayField(models.BigIntegerField(), default=list, blank=True)  # experts who passed
    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="invitation"
    )
    made_at = models.DateTimeField("сделано")
    expires_at = models.DateTimeField("действует до")
    answered_at = models.DateTimeField("отвечено", null=True, blank=True)

    class Meta:
        verbose_name = "приглашение"
        ordering = ("-made_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "authority"],
                condition=Q(state=InvitationState.OPEN, authority__isnull=False),
                name="invitation_one_open_per_authority",
            ),
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="invitation_link_once"),
            models.CheckConstraint(
                name="invitation_is_offer_or_link",
                condition=Q(authority__isnull=False, digest="") | (Q(authority__isnull=True) & ~Q(digest="")),
            ),
            models.UniqueConstraint(
                fields=["dialogue"],
                condition=Q(state=InvitationState.OPEN) & ~Q(reason=""),
                name="invitation_one_open_move",
            ),
            models.CheckConstraint(
                name="invitation_move_is_the_officers",
                condition=Q(reason="", officer__isnull=True, topic__isnull=True)
                | (~Q(reason="") & Q(officer__isnull=False, authority__isnull=False)),
            ),
            models.CheckConstraint(name="invitation_of_a_guest", condition=Q(role__in=GUEST_ROLES)),
            models.CheckConstraint(
                name="invitation_accepted_by_somebody",
                condition=~Q(state=InvitationState.ACCEPTED) | Q(participant__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["authority"], condition=Q(state=InvitationState.OPEN), name="invitation_open"),
        ]


class AsideNote(models.Model):
    """реплика между специалистами: never sent to anybody else, and kept no longer than the dialogue lasts"""

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="asides")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="asides")
    text = models.TextField("текст")
    cid = models.UUIDField("код отправки")
    at = models.DateTimeField("когда")

    class Meta:
        verbose_name = "реплика между специалистами"
        ordering = ("dialogue", "id")
        constraints = [models.UniqueConstraint(fields=["participant", "cid"], name="aside_said_once")]
