"""Every page looked at: photographed in each state, language, size and mode, and judged. `make photos` runs it.

It is no part of the product: the cities it photographs are copies of the demonstration in a home of their own.
"""

import sys
from pathlib import Path

# What axe and the ruler say of a page, and which addresses have none, the tests know already.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
