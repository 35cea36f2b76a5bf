"""Care 代办: guardians act for children, proxies help elders; named acts, for a time, ended at once (UX-17)."""
