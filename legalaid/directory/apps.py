from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "legalaid.directory"
    verbose_name = "Справочник"
