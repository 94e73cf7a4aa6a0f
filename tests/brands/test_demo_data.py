import io
import stat
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image

from brands.demo import SAMPLE_BRIEF
from brands.demo.data import HERO, OTHER
from brands.demo.people import read_sign_ins
from brands.models import Brand, Campaign, Client, Membership
from brands.wording import find_forbidden

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("demo_data", *options, stdout=out)
    return out.getvalue()


def counts() -> list[int]:
    return [model.objects.count() for model in (Client, Brand, Campaign, Membership, User)]


def test_first_run_prints_working_sign_ins(data_dir: Path) -> None:
    printed = run()
    passwords = read_sign_ins(data_dir / "demo-sign-ins.txt")
    assert set(passwords) == {"ada", "ben", "cleo", "dan"}
    for name, password in passwords.items():
        assert password in printed
        assert User.objects.get(username=name).check_password(password)


def test_second_run_changes_nothing() -> None:
    first, before = run(), counts()
    assert run() == first
    assert counts() == before == [2, 2, 3, 4, 4]


def test_passwords_differ_between_installations(data_dir: Path) -> None:
    run()
    before = read_sign_ins(data_dir / "demo-sign-ins.txt")
    run("--new-passwords")
    after = read_sign_ins(data_dir / "demo-sign-ins.txt")
    assert not set(before.values()) & set(after.values())
    assert User.objects.get(username="ben").check_password(after["ben"])


def test_sign_ins_are_for_their_owner_only(data_dir: Path) -> None:
    run()
    assert stat.S_IMODE((data_dir / "demo-sign-ins.txt").stat().st_mode) == 0o600


def test_changed_password_is_not_printed_nor_reset() -> None:
    run()
    ben = User.objects.get(username="ben")
    ben.set_password("my own words")
    ben.save()
    assert "(password not known here)" in run()
    ben.refresh_from_db()
    assert ben.check_password("my own words")


def test_second_client_is_hidden_from_the_first() -> None:
    run()
    ben, dan = User.objects.get(username="ben"), User.objects.get(username="dan")
    assert [client.slug for client in Client.objects.of(ben)] == ["alder-rain"]
    assert [client.slug for client in Client.objects.of(dan)] == ["tern-tide"]


def test_real_clients_make_it_refuse() -> None:
    Client.objects.create(name="Real", slug="real")
    with pytest.raises(CommandError, match="--force"):
        run()
    assert counts() == [1, 0, 0, 0, 0]
    run("--force")
    assert Client.objects.count() == 3


def test_real_person_of_that_name_gains_nothing() -> None:
    ada = User.objects.create_user("ada", "ada@real.example", "her own words")
    assert "(password not known here)" in run("--new-passwords")
    ada.refresh_from_db()
    assert ada.check_password("her own words")
    assert not ada.is_superuser and not ada.memberships.exists()


def test_edits_of_the_demo_survive() -> None:
    run()
    Brand.objects.filter(slug="alder-rain").update(tagline="Mine now")
    run()
    assert Brand.objects.get(slug="alder-rain").tagline == "Mine now"


def test_logo_is_a_transparent_png_in_storage() -> None:
    run()
    key = Brand.objects.get(slug="alder-rain").logo.name
    assert key.startswith("uploads/")
    logo = Image.open(default_storage.open(key))
    assert (logo.format, logo.mode, logo.size) == ("PNG", "RGBA", (1024, 1024))
    assert logo.getpixel((2, 2))[3] == 0 and logo.getpixel((512, 512))[3] == 255


def test_demo_keeps_its_own_rules() -> None:
    run()
    for brand in Brand.objects.all():
        brand.full_clean()
    for campaign in Campaign.objects.select_related("brand"):
        campaign.full_clean()
        said = " ".join([campaign.brief, campaign.call_to_action, *campaign.key_messages, *campaign.brand.key_messages])
        assert find_forbidden(said, campaign.brand.do_not_mention + campaign.do_not_mention) == []
    assert Campaign.objects.get(slug="first-rain").brief == SAMPLE_BRIEF


@pytest.mark.parametrize("story", [HERO, OTHER])
def test_first_colour_reads_well_on_pale(story: dict) -> None:
    dark, _, pale = story["brand"]["palette"][:3]
    assert (luminance(pale) + 0.05) / (luminance(dark) + 0.05) >= 7


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
