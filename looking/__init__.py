"""Every page looked at: photographed in each state, language, size and mode, and judged. `make photos` runs it.

It is no part of the product: the cities it photographs are copies of the demonstration in a home of their own.
"""
