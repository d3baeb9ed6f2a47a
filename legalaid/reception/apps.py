from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    name = "legalaid.reception"
    verbose_name = "Приём"
