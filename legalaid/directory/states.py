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


class Level(TextChoices):
    """Whose an authority is."""

    FEDERAL = "federal", _("федеральный орган")
    FUND = "federal_fund", _("социальный фонд")
    FEDERAL_INSTITUTION = "federal_inst", _("федеральное учреждение")
    REGIONAL = "regional", _("орган региона")
    REGIONAL_INSTITUTION = "regional_inst", _("учреждение региона")
    OMBUDSMAN = "regional_ombudsman", _("уполномоченный")
    MUNICIPAL = "municipal", _("орган местного самоуправления")
    NOTARIAL = "notarial", _("нотариат")
    OPERATOR = "operator", _("уполномоченный МФЦ")


class PartKind(TextChoices):
    """Texts of the method."""

    MEMO = "memo", _("шаблон памятки")
    CATEGORY = "category", _("категория")
    NORM = "norm", _("норма")
    ROLE = "role", _("роль")
    TRAINING = "training", _("обучение")
    POSTER = "poster", _("плакат")
    FIGURE = "figure", _("показатель")
    STORY = "story", _("о проекте")


class LaunchStage(TextChoices):
    """How a region begins: product.md, pilot → evaluation → permanent."""

    PILOT = "pilot", _("Пилот")
    EVALUATION = "evaluation", _("Оценка")
    PERMANENT = "permanent", _("Бессрочно")


class FileState(TextChoices):
    """How far a sheet of the catalogue is."""

    READING = "reading", _("читается")
    READ = "read", _("прочитан")
    TAKING = "taking", _("принимается")
    TAKEN = "taken", _("принят")
    REFUSED = "refused", _("не принят")


FILE_MOVES: Moves[FileState] = {
    (FileState.READING, "read"): FileState.READ,
    (FileState.READING, "refuse"): FileState.REFUSED,
    (FileState.READ, "take"): FileState.TAKING,
    (FileState.READ, "read_again"): FileState.READING,
    (FileState.TAKING, "finish"): FileState.TAKEN,
    (FileState.TAKING, "refuse"): FileState.REFUSED,
}


class TermUnit(TextChoices):
    """What a legal deadline is counted in."""

    DAYS = "days", _("календарных дней")
    WORKING = "working", _("рабочих дней")
    MONTHS = "months", _("месяцев")


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
