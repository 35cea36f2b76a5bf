"""What pages draw: geometry of small pictures, computed here so that templates only print it.

Every function is pure. Amounts are whole numbers of any unit; coordinates are those of the picture's view box. Glass is
`green`, `blue`, `amber`, `kapok` or `clear`.
"""

from __future__ import annotations

from .arcade import bay
from .bars import Bar, BarChart, bar_chart
from .panes import Panes, panes
from .shapes import Glass, Shape
from .split import Slice, split

__all__ = ["Bar", "BarChart", "Glass", "Panes", "Shape", "Slice", "bar_chart", "bay", "panes", "split"]
