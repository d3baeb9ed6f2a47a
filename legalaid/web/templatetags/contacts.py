"""Telephones as people write them."""

import phonenumbers
from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def house_phone() -> str:
    """The installation's number, for pages that know nothing of the request."""
    return str(settings.SUPPORT_PHONE)


@register.filter
def phone(number: str) -> str:
    """«+7 928 123-45-67» for a number in E.164; anything else as it stands."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
