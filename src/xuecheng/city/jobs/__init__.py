"""Background jobs: long work with visible progress, that can be cancelled and resumes after a crash.

A higher floor registers what can be done (`registry.register`), a service starts it in its own transaction
(`services.start`), and the work itself is a function of a `Progress` that commits slice by slice.
"""
