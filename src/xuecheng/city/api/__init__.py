"""The machinery of the interface for programs (`docs/api.md`): one door, one shape of error, one way to page and retry.

Each app's `api.py` declares its operations on a `Router` of `routing`; `config/api.py` assembles them. Nothing here
knows what a record or a rule is.
"""
