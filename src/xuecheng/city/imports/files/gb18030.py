"""GB18030-2022 moved 24 characters out of the private area; Python's codec knows the edition of 2005.

Newer programs write the same bytes and mean the characters: some of them stand in people's names.
"""

from __future__ import annotations

import re

MOVED = dict(
    zip(
        range(0xE78D, 0xE797),
        (0xFE10, 0xFE12, 0xFE11, 0xFE13, 0xFE14, 0xFE15, 0xFE16, 0xFE17, 0xFE18, 0xFE19),
        strict=True,
    )
) | {
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE831: 0x215D7,
    0xE832: 0x9FB8,
    0xE83B: 0x2298F,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE855: 0x241FE,
    0xE864: 0x9FBB,
}
"""Code point that Python decodes → the one that is meant."""
HAS_MOVED = re.compile("[" + "".join(map(chr, sorted(MOVED))) + "]")
