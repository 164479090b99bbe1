"""Who asks, and what they may: keys, administrators, sessions, and the record of who changed what."""
