"""How pages write money, lengths and times."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.templatetags.icons import ICONS
from videostudio.lib.money import shown

register = template.Library()


@register.filter
def money(amount: Decimal | int | str | None) -> str:
    """`$3.02`, and `$0.003` for what is less than a cent."""
    return shown(amount)


@register.filter
def dollars(amount: Decimal | int | str | None) -> str:
    """Money whose cents are left out where there are none: `$150`."""
    return money(amount).removesuffix(".00")


@register.filter
def price(amount: Decimal | None) -> str:
    """As on a button: `free`, or the money."""
    return money(amount) if amount else "free"


@register.filter
def clock(seconds: Decimal | float | None) -> str:
    """`0:30`; a part of a second is rounded."""
    whole = int(Decimal(str(seconds or 0)).quantize(Decimal(1), ROUND_HALF_UP))
    return f"{whole // 60}:{whole % 60:02d}"


@register.filter
def seconds(value: Decimal | float | None) -> str:
    """`6 s` or `6.5 s`."""
    return f"{Decimal(str(value or 0)).normalize():f} s"


@register.filter
def plain(value: Decimal | None) -> str:
    """A number without trailing zeros: `6`, `6.5`."""
    return f"{Decimal(str(value or 0)).normalize():f}"


@register.filter
def soon(seconds_left: int | None) -> str:
    """An estimate in words: `about 20 s left`. Nothing when there is none."""
    if not seconds_left:
        return ""
    if seconds_left < 10:
        return "a few seconds left"
    if seconds_left < 60:
        return f"about {round(seconds_left / 10) * 10} s left"
    minutes = round(seconds_left / 60)
    return f"about {minutes} minute{'' if minutes == 1 else 's'} left"


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """`5 minutes ago`, with the exact time in `title`."""
    if moment is None:
        return ""
    passed = int((timezone.now() - moment).total_seconds())
    exact = f"{moment:%Y-%m-%d %H:%M} UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, _since(passed, moment))


def _since(passed: int, moment: datetime) -> str:
    if passed < 45:
        return "just now"
    for size, limit, unit in ((60, 60, "minute"), (3600, 24, "hour"), (86400, 7, "day")):
        count = max(1, round(passed / size))
        if count < limit:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return f"{moment.day} {moment:%b %Y}"


@register.filter
def shape(ratio: str) -> str:
    """The class that gives a box this aspect ratio: `9:16` → `shape-9x16`."""
    return f"shape-{ratio.replace(':', 'x')}"


@register.filter
def quantity(line: Any) -> str:
    """`30 s`, `5 images`, `1 video`: how much of it a line of a price is for."""
    if line.unit.startswith("second"):
        return seconds(line.quantity)
    return f"{plain(line.quantity)} {line.unit}{'' if line.quantity == 1 else 's'}"


@register.filter
def codec(format: str) -> str:
    """What is inside a file of this kind, by the name that editors know."""
    return {"mp4": "H.264", "mov": "H.264", "webm": "VP9", "gif": "animated"}.get(format, format)


@register.filter
def percent_of(part: Any, whole: Any) -> str:
    """`part` in percent of `whole`, from 0 to 100, for widths in drawings."""
    if not whole:
        return "0"
    return f"{min(Decimal(100), max(Decimal(0), Decimal(str(part)) / Decimal(str(whole)) * 100)):.2f}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line drawing, hidden from screen readers: the words beside it say what it means."""
    return format_html(
        '<svg class="icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{}"/></svg>',
        ICONS[name],
    )
