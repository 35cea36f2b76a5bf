"""The law of signing in: what an address is, how long a code lives, which words tell a browser."""
