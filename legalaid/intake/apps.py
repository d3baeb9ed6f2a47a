from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "legalaid.intake"
    verbose_name = "Заявки"
