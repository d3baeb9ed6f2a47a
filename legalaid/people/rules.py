"""What a name and a contact must be."""

from dataclasses import dataclass

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError

MAX_EMAIL = 254
"""Letters of an e-mail: the column's, and RFC 5321's for a path."""


class ContactRefused(DomainError):
    """The name, the telephone or the e-mail cannot be used as written; `field` says which."""

    code = "contact"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who, and how to reach her: telephone in E.164 or empty, e-mail in lower case or empty."""

    name: str
    phone: str = ""
    email: str = ""


def clean_contact(*, name: str, phone: str, email: str, reachable: bool) -> Contact:
    """Return the contact as it will be stored; `reachable` demands a telephone or an e-mail. Raises ContactRefused."""
    name, phone, email = clean_name(name), clean_phone(phone), clean_email(email)
    if reachable and not (phone or email):
        raise _unreachable()
    return Contact(name=name, phone=phone, email=email)


def contact_faults(*, name: str, phone: str, email: str, reachable: bool) -> list[ContactRefused]:
    """All that `clean_contact` has to say against a contact, to be said at once."""
    found = []
    for clean, text in ((clean_name, name), (clean_phone, phone), (clean_email, email)):
        try:
            clean(text)
        except ContactRefused as fault:
            found.append(fault)
    if reachable and not (phone.strip() or email.strip()):
        found.append(_unreachable())
    return found


def _unreachable() -> ContactRefused:
    return ContactRefused(_("Оставьте телефон или электронную почту, чтобы мы могли вас предупредить."), "phone")


def clean_name(text: str) -> str:
    """A name with single spaces. Raises ContactRefused."""
    name = " ".join(text.split())
    if not name:
        raise ContactRefused(_("Напишите, как к вам обращаться."), "name")
    if len(name) < 2:
        raise ContactRefused(_("Напишите имя полностью: одной буквы мало."), "name")
    if len(name) > 120:
        raise ContactRefused(_("Слишком длинное имя: не больше 120 букв."), "name")
    return name


def clean_phone(text: str) -> str:
    """A telephone in E.164, '' for none. Raises ContactRefused."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        raise ContactRefused(_("Это не похоже на телефон. Пример: 8 928 123-45-67."), "phone") from None
    if not phonenumbers.is_valid_number(number):
        raise ContactRefused(_("Такого телефона быть не может. Проверьте цифры."), "phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_email(text: str) -> str:
    """An e-mail in lower case, '' for none. Raises ContactRefused."""
    text = text.strip().lower()
    if len(text) > MAX_EMAIL:
        raise ContactRefused(_("Слишком длинный адрес почты: не больше 254 знаков."), "email")
    if text:
        try:
            validate_email(text)
        except ValidationError:
            raise ContactRefused(_("Это не похоже на адрес почты. Пример: ivanova@mail.ru."), "email") from None
    return text
