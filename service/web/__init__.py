"""The page for people: questions and answers as HTML, free of HTTP."""
