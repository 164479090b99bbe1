"""Every state the page can be in, by an address that leads there on the sample site."""

from __future__ import annotations

from typing import Final

STATES: Final = {
    "start": "/",
    "results": "/?q=rights",
    "one result": "/?q=%22No+to+Execution+Tuesdays%22&exact=1",
    "filtered": "/?q=the&category=women&category=news&type=post&from=2000-01-01",
    "browsing": "/?category=human-rights&sort=newest",
    "middle page": "/?q=the+people&per_page=3&page=3",
    "past the end": "/?q=rights&page=500",
    "relaxed": "/?q=moratorium+ballot+strike+fund+observers+inflation",
    "misspelt": "/?q=moratorim",
    "right to left": "/?q=%D8%AD%D9%82%D9%88%D9%82",
    "empty": "/?q=xyzzyq&exact=1&in=title&category=women",
    "fault": "/?q=rights&category=nonsense&from=2024-01-01",
    "unknown parameter": "/?q=rights&colour=red",
    "no word": "/?q=%22",
    "one long word": "/?q=" + "Donaudampfschifffahrtsgesellschaft" * 8,
    "long labels": "/?q=the&category=peoples-mojahedin-organization-of-iranpmoi-mek"
    "&category=national-council-of-resistance-of-iran-ncri&author=Legal+Desk",
    "not found": "/nowhere",
    "quotation": "/quotes",
}
