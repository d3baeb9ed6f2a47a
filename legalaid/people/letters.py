"""Letters to the staff."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from legalaid.messaging.services import write_email
from legalaid.people.models import Membership, User


def invitation_letter(*, user: User, roles: list[Membership], now: datetime) -> None:
    """Tell her which roles wait for her, where to enter and how."""
    with translation.override(settings.LANGUAGE_CODE):
        lines = "\n".join(f"— {role_words(role)}" for role in roles)
        body = _(
            "Здравствуйте, %(name)s!\n\nПроектный офис открыл вам доступ к системе «Правовая помощь онлайн»:\n"
            "%(roles)s\n\n"
            "Пароль не нужен. Откройте страницу входа и напишите эту почту: мы пришлём на неё код.\n%(url)s\n\n"
            "Если вы не ждали этого письма, ничего не делайте."
        ) % {"name": user.name, "roles": lines, "url": f"{settings.PUBLIC_URL}/accounts/login/"}  # fmt: skip
        write_email(
            to=user.email, subject=_("Вам открыт доступ: Правовая помощь онлайн"), body=body, now=now,
            about=f"staff-invitation:{user.pk}",
        )  # fmt: skip


def role_words(role: Membership) -> str:
    """A role and its place in words."""
    place = role.branch.name if role.branch else role.authority.name if role.authority else ""
    return f"{role.get_role_display()}, {place}" if place else str(role.get_role_display())
