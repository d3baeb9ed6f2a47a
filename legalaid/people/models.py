"""People: staff who log in, citizens who need not, who works where, and what was consented to."""

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from legalaid.kernel.actor import Grant
from legalaid.people.states import Channel, ConsentKind, Role


class UserAccounts(BaseUserManager["User"]):
    """Creation of staff accounts; there is no public sign-up."""

    def create_user(self, email: str, name: str, position: str = "", password: str | None = None) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name, position=position)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A member of staff. What she may do is said by her memberships alone."""

    email = models.EmailField("электронная почта", unique=True)
    name = models.CharField("имя", max_length=120)
    position = models.CharField("должность", max_length=200, blank=True)
    is_active = models.BooleanField("работает", default=True)
    invited_at = models.DateTimeField("приглашён", null=True, blank=True)
    leaves_at = models.DateTimeField("не работает с", null=True, blank=True)
    seen_at = models.DateTimeField("была в системе", null=True, blank=True)  # to SEEN_EVERY, see services.be_seen

    USERNAME_FIELD = "email"
    objects = UserAccounts()
    grants: tuple[Grant, ...] | None = None
    """Memberships in force, when she was read with them (`queries.signed_in`)."""

    class Meta:
        verbose_name = "сотрудник"
        ordering = ("name", "id")

    def __str__(self) -> str:
        return f"user {self.pk}"

    def works(self, now: datetime) -> bool:
        """Whether she may enter: nobody withdrew her invitation, and the day she leaves has not come."""
        return self.is_active and (self.leaves_at is None or self.leaves_at > now)

    @property
    def last_seen(self) -> datetime | None:
        """When she was last at work here: a page of hers said so, or she entered."""
        return max(filter(None, (self.seen_at, self.last_login)), default=None)

    @property
    def awaited(self) -> bool:
        """Invited, and has not entered yet."""
        return self.is_active and self.invited_at is not None and self.last_login is None


class Session(AbstractBaseSession):
    """A browser that is known again for a while; a member of staff's goes with her account."""

    account = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, verbose_name="чья")

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "сеанс"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """The engine of SESSION_ENGINE."""
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


class Membership(models.Model):
    """Who works where, as what, in [since, until)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("роль", max_length=20, choices=Role.choices)
    branch = models.ForeignKey("directory.Branch", on_delete=models.PROTECT, null=True, blank=True)
    authority = models.ForeignKey("directory.Authority", on_delete=models.PROTECT, null=True, blank=True)
    since = models.DateTimeField("с")
    until = models.DateTimeField("по", null=True, blank=True)

    class Meta:
        verbose_name = "место работы"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                name="membership_place_fits_role",
                condition=(
                    Q(role=Role.OPERATOR, branch__isnull=False, authority__isnull=True)
                    | Q(role__in=[Role.EXPERT, Role.COORDINATOR], branch__isnull=True, authority__isnull=False)
                    | Q(
                        role__in=[Role.OFFICE, Role.OBSERVER, Role.DUTY_OFFICER],
                        branch__isnull=True,
                        authority__isnull=True,
                    )
                ),
            ),
        ]


class Citizen(models.Model):
    """A person who asks. Name and contact are personal data: they never leave this table but on purpose."""

    name = models.CharField("имя", max_length=120)
    phone = models.CharField("телефон", max_length=20, blank=True)
    email = models.EmailField("электронная почта", blank=True)
    created_at = models.DateTimeField("создан")

    class Meta:
        verbose_name = "гражданин"
        ordering = ("id",)
        indexes = [
            models.Index(fields=["phone"], name="citizen_by_phone", condition=~Q(phone="")),
            models.Index(fields=["email"], name="citizen_by_email", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return f"citizen {self.pk}"


class ConsentDocument(models.Model):
    """A version of a consent's text. A new wording is a new row; rows are never edited (152-ФЗ)."""

    kind = models.CharField("вид", max_length=20, choices=ConsentKind.choices)
    version = models.PositiveIntegerField("версия")
    text = models.TextField("текст")
    digest = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = "текст согласия"
        ordering = ("kind", "-version")
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="consent_document_version_once")]


class Consent(models.Model):
    """A citizen agreed to one document, separately from anything else; may be revoked."""

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="consents")
    document = models.ForeignKey(ConsentDocument, on_delete=models.PROTECT)
    channel = models.CharField("откуда", max_length=10, choices=Channel.choices)
    given_at = models.DateTimeField("дано")
    revoked_at = models.DateTimeField("отозвано", null=True, blank=True)

    class Meta:
        verbose_name = "согласие"
        ordering = ("-given_at", "-id")
