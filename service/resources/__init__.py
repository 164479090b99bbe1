"""HTTP: parameters in, one call, media out. Nothing here decides what a search means."""
