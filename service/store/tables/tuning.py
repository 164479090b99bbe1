"""Tables of tuning."""
