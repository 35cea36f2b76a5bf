"""What is held of the security standard and what is open, shown to everybody. Files of the release, no tables."""
