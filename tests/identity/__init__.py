"""Who may: keys, administrators, sessions, limits."""
