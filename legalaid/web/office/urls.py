from django.urls import path

from legalaid.web.office import views

urlpatterns = [path("", views.office, name="office")]
