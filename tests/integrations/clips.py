"""Little clips, pictures and measurements for tests of films; everything is made on the spot."""

from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw, ImageStat

from videostudio.integrations import ffmpeg
from videostudio.integrations.timeline import Shot

MOVING = "testsrc2=s={size}:r={fps}:d={seconds}"
BRIGHTENING = "color=black:s={size}:r={fps}:d={seconds},geq=lum='16+2*N':cb=128:cr=128"


def make_clip(
    folder: Path,
    source: str = MOVING,
    *,
    seconds: float = 2,
    size: str = "64x64",
    fps: int = 24,
    name: str = "clip.mp4",
) -> Path:
    """A film of the lavfi `source`; a plain colour name will do."""
    out = folder / name
    source = source if "=" in source else f"color={source}:s={{size}}:r={{fps}}:d={{seconds}}"
    picture = ["-f", "lavfi", "-i", source.format(size=size, fps=fps, seconds=seconds), "-pix_fmt", "yuv420p"]
    coding = [] if name.endswith(".webm") else ["-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart"]
    ffmpeg.run([*picture, *coding], out, 30)
    return out


def make_shots(folder: Path, *lengths: str, source_seconds: float = 2, size: str = "64x64") -> list[Shot]:
    """Shots of one clip, each for a scene of the given length."""
    clip = make_clip(folder, seconds=source_seconds, size=size)
    return [Shot(clip, source_seconds, Decimal(length)) for length in lengths]


def make_circle(folder: Path, size: tuple[int, int]) -> Path:
    """A film of a white disc in the middle of black."""
    image = Image.new("RGB", size)
    x, y, radius = size[0] / 2, size[1] / 2, min(size) / 4
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill="white")
    image.save(folder / "circle.png")
    out = folder / "circle.mp4"
    ffmpeg.run(["-loop", "1", "-i", str(folder / "circle.png"), "-t", "1", "-pix_fmt", "yuv420p"], out, 30)
    return out


def brightness(image: Image.Image) -> float:
    """Mean, 0 to 255."""
    return ImageStat.Stat(image.convert("L")).mean[0]


def cut_short(path: Path, share: float = 0.6) -> Path:
    """The file as it is when its transfer broke off."""
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    return path


def names(folder: Path) -> list[str]:
    """What lies in a folder, hidden files too."""
    return sorted(entry.name for entry in folder.iterdir())
