"""The model catalogue that a new installation starts with. Administrators keep it current from then on."""

from datetime import date
from decimal import Decimal

from django.db import migrations

IMAGE = {"prompt": "$prompt", "aspect_ratio": "$ratio", "seed": "$seed"}
FLUX_RATIOS = ["1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21"]
VIDEO = {"prompt": "$prompt", "seed": "$seed"}

# slug, name, engine, role, provider_model, unit, price, inputs, files, limits, default, active
ROWS = [
    ("flux-schnell", "FLUX schnell", "replicate", "image", "black-forest-labs/flux-schnell", "image", "0.003",
     {**IMAGE, "num_outputs": 1, "output_format": "webp", "output_quality": 90, "megapixels": "1"},
     {}, {"ratios": FLUX_RATIOS}, True, True),
    ("flux-pro", "FLUX pro", "replicate", "image_hd", "black-forest-labs/flux-pro", "image", "0.055",
     {**IMAGE, "output_format": "webp", "safety_tolerance": 2}, {}, {"ratios": FLUX_RATIOS}, True, True),
    ("seedance-1-lite", "Seedance 1 lite", "replicate", "video", "bytedance/seedance-1-lite", "second", "0.036",
     {**VIDEO, "duration": "$seconds", "resolution": "$resolution", "camera_fixed": False},
     {"image": "$image", "last_frame_image": "$next_image"}, {"seconds": [2, 12]}, True, True),
    ("seedance-1-5-pro", "Seedance 1.5 pro", "replicate", "video", "bytedance/seedance-1.5-pro", "second", "0.026",
     {**VIDEO, "duration": "$seconds", "generate_audio": False}, {"image": "$image"}, {"seconds": [2, 12]},
     False, True),
    ("veo-3-1-fast", "Veo 3.1 fast", "replicate", "video", "google/veo-3.1-fast", "second", "0.10",
     {**VIDEO, "duration": "$seconds", "resolution": "$resolution", "aspect_ratio": "$ratio",
      "generate_audio": False},
     {"image": "$image", "last_frame": "$next_image"},
     {"durations": [4, 6, 8], "ratios": ["16:9", "9:16"], "resolutions": ["720p", "1080p"]}, False, True),
    ("kling-2-5-turbo", "Kling 2.5 turbo pro", "replicate", "video", "kwaivgi/kling-v2.5-turbo-pro", "second", "0.07",
     {"prompt": "$prompt", "duration": "$seconds"}, {"start_image": "$image"}, {"durations": [5, 10]}, False, True),
    ("wan-2-2-fast", "Wan 2.2 fast", "replicate", "video", "wan-video/wan-2.2-i2v-fast", "video", "0.11",
     {**VIDEO, "num_frames": "$num_frames", "frames_per_second": 16, "resolution": "720p"},
     {"image": "$image", "last_image": "$next_image"}, {"seconds": [5, 7]}, False, True),
    # Not offered by the provider today: kept for operators who run a deployment of it.
    ("skyreels-2", "SkyReels 2 (own deployment)", "replicate", "video", "skywork/skyreels-2", "second", "0.10",
     {**VIDEO, "duration": "$seconds"}, {"images": "$images"}, {"seconds": [1, 60]}, False, False),
    ("stable-video", "Video upscale", "replicate", "upscale", "topazlabs/video-upscale", "video", "0.25",
     {"target_resolution": "$target_resolution", "target_fps": 24}, {"video": "$video"}, {}, True, True),
    ("local-frame", "Preview frame", "local", "image", "local/frame", "image", "0",
     {"prompt": "$prompt", "seed": "$seed", "width": "$width", "height": "$height", "title": "$title",
      "text": "$text", "number": "$number", "total": "$total", "role": "$role", "palette": "$palette",
      "brand": "$brand", "tagline": "$tagline", "call_to_action": "$call_to_action"},
     {"logo": "$logo"}, {}, True, True),
    ("local-motion", "Preview motion", "local", "video", "local/motion", "second", "0",
     {"seconds": "$seconds", "motion": "$motion", "seed": "$seed", "width": "$width", "height": "$height",
      "fps": "$fps", "frame": "$frame"},
     {"image": "$image", "logo": "$logo"}, {}, True, True),
    ("local-upscale", "Preview upscale", "local", "upscale", "local/upscale", "video", "0",
     {"scale": 2}, {"video": "$video"}, {}, True, True),
]


def add_rows(apps, schema_editor):
    Model = apps.get_model("jobs", "CatalogueModel")
    Price = apps.get_model("jobs", "Price")
    for slug, name, engine, role, provider, unit, price, inputs, files, limits, default, active in ROWS:
        row = Model.objects.create(
            slug=slug, name=name, engine=engine, role=role, provider_model=provider, unit=unit, inputs=inputs,
            files=files, limits=limits, is_default=default, is_active=active, draws_text=slug == "local-motion",
        )
        Price.objects.create(model=row, amount=Decimal(price), valid_from=date(2026, 1, 1))
    Model.objects.filter(slug="seedance-1-lite").update(fallback=Model.objects.get(slug="seedance-1-5-pro"))


def remove_rows(apps, schema_editor):
    apps.get_model("jobs", "CatalogueModel").objects.filter(slug__in=[row[0] for row in ROWS]).delete()


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [migrations.RunPython(add_rows, remove_rows)]
