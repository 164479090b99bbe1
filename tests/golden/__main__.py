"""Write the expected JSON of every golden page anew: look at the difference before committing it."""

from .golden import PAGES, write

for page in PAGES:
    write(page)
