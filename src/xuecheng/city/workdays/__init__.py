"""Working days 工作日: which day people work, holidays and make-up working days, and periods that are counted in them.

The State Council announces each year's arrangement in the year before. What is known lies in a table of our own, with
its source; a year that is not known is refused, never guessed (R-01).
"""
