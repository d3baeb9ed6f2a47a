"""What the second of two editors is shown: what stands there now beside what she typed; nothing of either is lost."""

from django import forms


def differences(typed: forms.Form, kept: forms.Form) -> list[tuple[str, str, str]]:
    """(label, recorded now, typed here) of each field of two forms that differs."""
    rows = []
    for name in kept.fields:
        now, here = _shown(kept, name), _shown(typed, name)
        if now != here:
            rows.append((str(kept[name].label), now, here))
    return rows


def _shown(form: forms.Form, name: str) -> str:
    value, field = form[name].value(), form.fields[name]
    if isinstance(field, forms.ChoiceField):
        return next((str(words) for code, words in field.widget.choices if code == value), str(value or ""))
    return str(field.widget.format_value(value) or "").strip()
