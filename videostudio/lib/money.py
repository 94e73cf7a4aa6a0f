"""US dollars as text: exact for machines and ledgers, rounded for people."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MIL = Decimal("0.001")


def exact(amount: Decimal) -> str:
    """The whole amount, with at least two decimals and no exponent: `3.00`, `3.015`."""
    whole, _, cents = f"{amount.normalize():f}".partition(".")
    return f"{whole}.{cents:0<2}"


def shown(amount: Decimal | int | str | None) -> str:
    """`$3.02`. Small amounts keep a tenth of a cent (`$0.003`), as they would otherwise read as nothing."""
    value = Decimal(str(amount or 0))
    if 0 < abs(value) < Decimal("0.1") and value != value.quantize(CENT):
        return f"${value.quantize(MIL, ROUND_HALF_UP):,.3f}"
    return f"${value.quantize(CENT, ROUND_HALF_UP):,.2f}"
