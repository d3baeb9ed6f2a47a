from django.urls import path

from legalaid.web.figures import views

urlpatterns = [path("", views.figures, name="figures")]
