"""Linking 接入: programs with service keys, and other sites that people link to their account (OAuth 2, OIDC).

Both become a `Caller` of `city.api` whose acts are at most those of the person behind it.
"""
