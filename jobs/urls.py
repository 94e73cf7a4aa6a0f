"""The addresses of videos."""

from django.urls import path

from jobs.views import brief, media, scenes, video, videos

urlpatterns = [
    path("", videos.videos, name="videos"),
    path("videos/new", brief.new_video, name="new-video"),
    path("videos/new/price", brief.price, name="new-video-price"),
    path("videos/<uuid:job_id>", video.video, name="video"),
    path("videos/<uuid:job_id>/approve", video.approve, name="video-approve"),
    path("videos/<uuid:job_id>/retry", video.retry, name="video-retry"),
    path("videos/<uuid:job_id>/cancel", video.cancel, name="video-cancel"),
    path("videos/<uuid:job_id>/cancel/ask", video.confirm_cancel, name="video-cancel-ask"),
    path("scenes/<uuid:scene_id>", scenes.scene, name="scene"),
    path("scenes/<uuid:scene_id>/edit", scenes.edit, name="scene-edit"),
    path("scenes/<uuid:scene_id>/regenerate", scenes.regenerate, name="scene-regenerate"),
    path("takes/<int:take_id>/choose", scenes.choose_take, name="take-choose"),
    path("media/takes/<int:take_id>/<slug:size>.webp", media.take, name="take-media"),
    path("media/films/<int:film_id>.mp4", media.film, name="film-media"),
    path("media/films/<int:film_id>/poster.webp", media.poster, name="film-poster"),
    path("media/exports/<int:export_id>", media.export, name="export-media"),
]
