"""Tables of judgements."""
