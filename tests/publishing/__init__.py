"""An editor publishes; visitors go on reading."""
