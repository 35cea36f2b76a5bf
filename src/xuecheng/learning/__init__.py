"""Floor 1, open learning 开放学习 (L1–L7): records, credit bank, recognition, accounts, credentials."""
