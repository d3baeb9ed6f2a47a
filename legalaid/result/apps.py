from django.apps import AppConfig


class ResultConfig(AppConfig):
    name = "legalaid.result"
    verbose_name = "Результат"
