"""Identity 身份: how people prove that it is they: contact points, one-time codes, passkeys, sessions, recovery.

What a person may do stands in `access`; who they are stands in `people`. Here is what lets them in, and keeps others
out. Pages with sensitive acts ask `recent.require_recent`.
"""
