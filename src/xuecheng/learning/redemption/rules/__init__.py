"""The arithmetic of redemption: limits, parts, vouchers, what goes back (C-39, C-40, C-42). Points are hundredths."""

from .parts import Split, given_back_for, items_for_fee, split_rest, spread
from .periods import begins_of
from .vouchers import VoucherNumberWrong, normalise_voucher, shown_voucher, voucher_number

__all__ = [
    "Split",
    "VoucherNumberWrong",
    "begins_of",
    "given_back_for",
    "items_for_fee",
    "normalise_voucher",
    "shown_voucher",
    "split_rest",
    "spread",
    "voucher_number",
]
