"""Floor 2, integration and linkage 整合联动 (I0–I7): places, people who teach, classes, and what plans them."""
