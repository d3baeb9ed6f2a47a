from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "legalaid.people"
    verbose_name = "Люди"
