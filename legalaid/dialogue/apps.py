from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "legalaid.dialogue"
    verbose_name = "Диалог"
