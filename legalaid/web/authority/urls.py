from django.urls import path

from legalaid.web.authority import agreements, experts, post_views, ruling, views

urlpatterns = [
    path("", views.authority, name="authority"),
    path("<int:authority_id>/posts/", views.add_post, name="authority-add-post"),
    path("<int:authority_id>/hours.csv", views.export, name="authority-export"),
    path("<int:authority_id>/import/", views.load, name="authority-import"),
    path("post/<int:post_id>/", post_views.post_week, name="authority-post"),
    path("post/<int:post_id>/changed/", post_views.changed, name="authority-post-changed"),
    path("post/<int:post_id>/copy/", post_views.copy, name="authority-copy"),
    path("post/<int:post_id>/extra/", post_views.add_extra, name="authority-extra"),
    path("post/<int:post_id>/absence/", post_views.add_absence, name="authority-absence"),
    path("post/<int:post_id>/name/", post_views.rename, name="authority-rename"),
    path("extra/<int:extra_id>/remove/", post_views.remove_extra, name="authority-remove-extra"),
    path("absence/<int:closure_id>/remove/", post_views.remove_absence, name="authority-remove-absence"),
    path("dialogues/", ruling.rulings, name="authority-rulings"),
    path("<int:authority_id>/dialogues/", ruling.ruling, name="authority-ruling"),
    path("<int:authority_id>/phone/", ruling.phone, name="authority-phone"),
    path("agreements/", agreements.agreements, name="authority-agreements"),
    path("experts/", experts.experts, name="authority-experts"),
    path("experts/<int:authority_id>/<int:user_id>/", experts.save_expert, name="authority-save-expert"),
]
