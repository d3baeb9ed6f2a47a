from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "legalaid.web"
    verbose_name = "Страницы"
