"""What may be recorded, for how long it is kept, and the words people agree to. Pure."""

from datetime import timedelta

CHUNK_LIMIT = 1_000_000
"""Bytes of one piece: three seconds of 640×240 are 110-200 kB (measured), a bad moment may be more."""
MOST_TAKES, MOST_CHUNKS = 200, 20_000
LATE_CHUNK = timedelta(seconds=15)
"""The last piece may still come so long after the recording paused or ended: it was recorded before."""

MOST_DAYS = 365
"""No recording is kept for longer, whatever an authority wishes."""

CONSENT_TEXT = (
    "Я согласен, что этот разговор запишут со звуком и изображением.\n\n"
    "Запись нужна, чтобы проверить, как прошёл приём. Её хранит орган, с которым я говорю, в зашифрованном виде, "
    "и удаляет в срок. Смотреть её могут только специалист, который вёл разговор, и координатор этого органа; "
    "каждый просмотр отмечается.\n\n"
    "Я могу отказаться, и разговор пойдёт без записи. Я могу отозвать согласие в любую минуту разговора: "
    "запись остановится."
)


def ready(present: set[str], agreed: set[str]) -> bool:
    """Whether recording may go on: everybody who is in the dialogue has agreed."""
    return bool(present) and present <= agreed
