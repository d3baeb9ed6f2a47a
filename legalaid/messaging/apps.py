from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "legalaid.messaging"
    verbose_name = "Сообщения"
