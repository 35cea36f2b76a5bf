"""What the learning floor tells other systems: its events, and the triggers that write them into the outbox.

The rows are written by the database in the statement that makes the fact, however it came: page, interface, file or
job. Services know nothing of it.
"""
