"""Real-name proof 实名核验: which identity document is whose, and who saw it. Its number nobody just reads."""
