"""What an administrator tunes: the model, its versions, and how it comes to the engine."""
