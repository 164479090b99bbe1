"""The administrators' desk as HTML. Pure: no request, no store."""
