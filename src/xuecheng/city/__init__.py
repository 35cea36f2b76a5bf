"""Ground floor: what every mechanism speaks of (territories, organisations, people, access, trace, jobs, imports)."""
