"""Life of an agreement."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.states import Moves


class AgreementState(TextChoices):
    DRAFT = "draft", _("проект")
    SIGNING = "signing", _("на подписании")
    IN_FORCE = "in_force", _("действует")
    ENDED = "ended", _("прекращено")


A = AgreementState
AGREEMENT_MOVES: Moves[AgreementState] = {
    (A.DRAFT, "send"): A.SIGNING,
    (A.SIGNING, "withdraw"): A.DRAFT,
    (A.SIGNING, "sign"): A.IN_FORCE,
    (A.IN_FORCE, "expire"): A.ENDED,
    (A.IN_FORCE, "terminate"): A.ENDED,
    (A.IN_FORCE, "replace"): A.ENDED,
}


class ExchangeDirection(TextChoices):
    """Which way something goes under an agreement."""

    TO_AUTHORITY = "to_body", _("от МФЦ органу")
    TO_CENTRE = "to_centre", _("от органа МФЦ")


class BoothKind(TextChoices):
    ROOM = "room", _("кабинет")
    KIOSK = "kiosk", _("киоск")
    WINDOW = "window", _("окно")


class Language(TextChoices):
    """Languages of a dialogue beside Russian. Sign language first: it is the one most asked for at a desk."""

    RSL = "rsl", _("русский жестовый язык")
    ENGLISH = "en", _("английский")
    ARMENIAN = "hy", _("армянский")
    AZERBAIJANI = "az", _("азербайджанский")
    TAJIK = "tg", _("таджикский")
    UZBEK = "uz", _("узбекский")
    UKRAINIAN = "uk", _("украинский")
