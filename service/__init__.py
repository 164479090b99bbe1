"""Questions to answers: the search engine, its HTTP service and its pages."""
