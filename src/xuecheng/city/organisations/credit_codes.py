"""Unified social credit codes 统一社会信用代码 (GB 32100-2015): 18 signs, the last of them a check digit."""

from __future__ import annotations

import unicodedata

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from .rules import CreditCodeMistyped, CreditCodeWrong

# Registering authorities that are letters (military, rural collectives, others); the library knows the digits only.
_LETTER_AUTHORITIES = ("A", "N", "Y")


def normalise_credit_code(text: str) -> str:
    """The code without blanks, full-width signs and small letters.

    Raises `CreditCodeWrong`, `CreditCodeMistyped` (the shape is right, the check digit is not).
    """
    code: str = uscc.compact(unicodedata.normalize("NFKC", text))
    try:
        uscc.validate(f"9{code[1:]}" if code[:1] in _LETTER_AUTHORITIES else code)
    except InvalidChecksum:
        pass  # only the shape was asked; the digit is judged on the code as it is
    except ValidationError:
        raise CreditCodeWrong(code=text) from None
    if uscc.calc_check_digit(code[:-1]) != code[-1]:
        raise CreditCodeMistyped(code=code)
    return code
