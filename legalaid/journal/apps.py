from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "legalaid.journal"
    verbose_name = "Журнал"
