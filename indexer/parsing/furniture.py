"""What on a page is not the article: the rules, by name.

Each rule looks at one element; what it matches is dropped with everything inside it and recorded under
the rule's name. Rules by the meaning of an element or attribute come first and need no language; rules
by class and id names come after and yield when the element plainly holds the page's text (see
:func:`find`).

=====================  ==========================================================================
rule                   what it matches
=====================  ==========================================================================
``site:drop``          the site's own ``drop_selectors``
``hidden``             ``hidden``, ``aria-hidden=true``, ``display:none``, screen-reader texts
``landmark:nav``       ``<nav>``, ``role=navigation`` and menus by role
``landmark:aside``     ``<aside>``, ``role=complementary``
``landmark:header``    the page's banner: ``role=banner``, a ``<header>`` that is not an article's
``landmark:footer``    ``<footer>``, ``role=contentinfo``
``landmark:search``    ``<search>``, ``role=search``, search forms
``dialog``             ``<dialog>``, ``role=dialog``, ``alert`` and the like; pop-ups by class
``control``            forms, buttons, selections and their labels
``media``              players, embeds and maps, with the fallback text inside them
``class:site-title``   the site's name and motto
``class:menu``         menus, skip links, tool bars
``class:sidebar``      side columns and widget areas
``class:breadcrumb``   the path to the page
``class:toc``          tables of contents
``class:meta``         byline, date, reading time, section labels: metadata, read elsewhere
``class:author``       the box about the author
``class:terms``        lists of categories and tags
``class:share``        share and follow buttons
``class:related``      related, popular, recommended, recent, next and previous articles
``class:teasers``      loops of other posts (query blocks, latest posts, cards), other articles on the page
``class:comments``     comments and the form for them, by class or by their heading and make
``class:newsletter``   newsletter and subscription boxes, calls to give
``class:ad``           advertisements and sponsored boxes
``class:cookie``       consent banners, by class or by their words and the button under them
``class:footer``       page footers, copyright lines
``class:rating``       votes, likes and reactions
``class:tools``        print, font size, edit, listen: buttons for the reader
``outside``            text outside the chosen content element
``link-density``       a list or block inside the content that is mostly links
``label``              a lone line that announces furniture ("Advertisement", "Read also: …")
``title-repeat``       a heading that repeats the title
``pull-quote``         a quote set apart that repeats the text
``duplicate``          a text that is there twice: a standfirst, a caption, the whole text for another screen
=====================  ==========================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .measure import PROSE_CHARS, SENTENCE_CHARS, Measures, total
from .tree import INLINE, Node, Tree

MAX_DROPPED = 60
"""How many dropped parts an article records; a page with more is not better explained by more."""

MAX_DROPPED_CHARS = 500

MAJORITY = 0.4
"""An element with a larger share of the page's prose is not dropped for its class names."""

_ROLES = {
    "navigation": "landmark:nav",
    "menu": "landmark:nav",
    "menubar": "landmark:nav",
    "complementary": "landmark:aside",
    "banner": "landmark:header",
    "contentinfo": "landmark:footer",
    "search": "landmark:search",
    "dialog": "dialog",
    "alertdialog": "dialog",
    "alert": "dialog",
    "tooltip": "dialog",
    "toolbar": "class:tools",
    "button": "control",
    "doc-toc": "class:toc",
    "directory": "class:toc",
}

_NAMES = {
    "nav": "landmark:nav",
    "aside": "landmark:aside",
    "search": "landmark:search",
    "dialog": "dialog",
    "menu": "landmark:nav",
    "button": "control",
    "select": "control",
    "datalist": "control",
    "textarea": "control",
    "input": "control",
    "label": "control",
    "audio": "media",
    "video": "media",
    "embed": "media",
    "map": "media",
    "applet": "media",
    "amp-ad": "class:ad",
    "amp-embed": "class:ad",
    "amp-sticky-ad": "class:ad",
    "amp-consent": "class:cookie",
    "amp-sidebar": "landmark:nav",
    "progress": "control",
    "meter": "control",
}

NEARLY_ALL = 0.7
"""An element with a larger share of the page's prose is spared even by the :data:`HARD` rules."""

LEAST_PROSE = 120
"""Comments are comments, however many there are, as long as this much prose is left beside them."""

HARD = frozenset(
    "site:drop landmark:nav landmark:aside landmark:header landmark:footer landmark:search dialog control media "
    "class:comments class:related class:cookie class:breadcrumb class:share".split()
)
"""Rules that hold even for an element with most of the page's prose."""

NEVER_TEXT = frozenset(("class:cookie", "dialog"))
"""Rules that hold inside the article as well, however much the element holds, while other text is left."""

APART = NEVER_TEXT | frozenset(
    "class:comments landmark:nav landmark:aside landmark:header landmark:footer class:sidebar class:footer class:newsletter class:related class:ad hidden".split()
)
"""Rules that hold outside the smallest element around title and text; outside ``<main>`` or ``<article>`` all do."""

_NAMED = frozenset(("main", "article"))

_CLASS_RULES = (
    (
        "hidden",
        r"screen reader( text| only)?|sr only|visually hidden|visuallyhidden|assistive text|offscreen|u hidden",
    ),
    (
        "class:site-title",
        r"site (title|name|description|logo|branding|header|tagline)|block site \w+|masthead|top ?bar|logo",
    ),
    (
        "class:comments",
        r"comments?|comment ?list|comments? (area|section|wrapper|form|respond|reply|body|content|box|block|template)"
        r"|respond|reply title|disqus|disqus thread|dsq\w*|livefyre|fb comments|post comments|webmention\w*|trackbacks?"
        r"|pingbacks?|guestbook|talkbacks?|(reader|readers|user|visitor) (comments?|responses?|opinions|reactions)|kommentare?|commentaires?|comentarios"
        r"|block (post )?comments?\w*( \w+)*",
    ),
    (
        "class:menu",
        r"menu|main menu|nav|navi|navbar|navigation|topnav|subnav|mainnav|nav ?menu|menu item|skip link|skip to \w+"
        r"|block (navigation|page list|social links?)( \w+)*|nav (bar|links?|list|menu|wrapper|container|primary|main)|(site|main|primary|secondary|mobile|footer|top|global)"
        r" (nav|navigation|menu)|navigation menu|mega ?menu|off ?canvas|hamburger|drawer|language (switcher|selector)",
    ),
    (
        "class:sidebar",
        r"sidebar|side bar|(left|right|primary|secondary|main|page|site|blog|article|post) sidebar|sidebar (left|right|"
        r"primary|secondary|inner|content|container|wrapper|widget\w*|area|main)|widget|widgets|widget area|widget ?title"
        r"|rail|right rail|left rail|side (col|column|rail|panel)|rightcol|leftcol|right ?column|left ?column"
        r"|sidecol|marginalia",
    ),
    (
        "class:breadcrumb",
        r"bread ?crumbs?( \w+)?|crumbs?|\w+ breadcrumbs?|rank math breadcrumb|yoast breadcrumbs?",
    ),
    (
        "class:toc",
        r"toc|toc (container|list|wrapper|box)|table of contents?|ez toc( \w+)*|lwptoc\w*|rank math toc\w*|on this page"
        r"|article toc|page toc|inhaltsverzeichnis|jump ?links?",
    ),
    (
        "class:author",
        r"(about|post|entry|article|single|blog) author|about the author|author (box|bio|info|profile|card|description|desc"
        r"|block|details?|avatar|area|section|meta|image|img|photo|pic|bottom|widget|content|about|name|link|vcard|title"
        r"|wrapper|wrap|container|social|text)|authorbox|author|authors|saboxplugin \w+|vcard|contributor|contributors"
        r"|(post|article|entry) author \w+|bio|writer|abh \w+|molongui \w+|block post author( \w+)*|(article|story) (bio|authors)|co authors?",
    ),
    (
        "class:meta",
        r"(entry|post|article|story|blog|news|single|page|content|item|hero|top|header|title) ?(meta|info|infos|byline|date"
        r"|dates|dateline|time|timestamp|details|metadata|metas|data|published|kicker|eyebrow|topper|label)( \w+)?|byline"
        r"|by ?line( \w+)?|meta|metadata|metabar|meta (info|data|wrap|wrapper|item|items|row|bar|box|line)|posted (on|by|in)"
        r"|date|published|publish ?date|publication date|pub ?date|time ?stamp|reading time|read time|time to read|word count"
        r"|last (updated|modified)|updated (on|at|date)|post date \w+|post views|view ?count|edit link|edit|entry utility|credits?"
        r"|kicker|eyebrow|overline|surtitre|dachzeile|antetitulo|occhiello|ro titr|rotitr|rutitr|post format|dateline|article dateline|submitted|created|created ?date|mod articles? \w+|block post (date|time to read|word count)",
    ),
    (
        "class:terms",
        r"(entry|post|article|story|single|blog|page|cat|category|tag|taxonomy|news) ?(tags?|categories|category|cats|terms"
        r"|taxonomy|taxonomies|topics|links)( \w+)?|tags?|tag (list|links|cloud|wrap|wrapper|items?)|taglist|tagcloud|tags (list"
        r"|links|wrap|wrapper|container|section)|post terms|block post terms|cat ?links?|categories|topics|topic list|keywords"
        r"|field name field tags|taxonomy (category|post tag)|filed under|labels|post labels|schlagw\w+|mots cles",
    ),
    (
        "class:share",
        r"share|shares|sharing|sharebar|share ?(this|buttons?|bar|icons?|links?|tools?|box|block|wrapper|wrap|container|post"
        r"|article|list|widget|menu|section|item|options)( \w+)?|(social|post|article|entry|page|content|blog|story)"
        r" ?(share|sharing|shares|icons?|links?|buttons?|bar|networks?|follow|list|menu|likes?)( \w+)?|social"
        r"|socials|social media( (icons?|links?|buttons?|bar|share|list|widget|follow))?|sociable|sharedaddy|sd \w+|addthis\w*( \w+)*|addtoany\w*( \w+)*|a2a( \w+)*|sharethis\w*|st custom button"
        r"|shareaholic\w*( \w+)*|heateor \w+( \w+)*|follow ?(us|me|buttons?|links?|box)|essb \w+|ssba( \w+)*|sassy \w+|jp relatedposts",
    ),
    (
        "class:related",
        r"similar|similar ?(posts?|articles?|content|stories|news|text|items|reading)|related|related ?(posts?|articles?|content|stories|news|links?|items?|topics|reading|entries|pages?|videos?|products?"
        r"|coverage|wrap|wrapper|section|block|box|list|container|post \w+)( \w+)?|(jp|yarpp|crp|wp|ar|td|mh|penci|tptn|erp) related"
        r"\w*( \w+)*|jp relatedposts( \w+)*|yarpp|crp related|(more|also|similar|suggested|recommended|popular|trending|latest|recent"
        r"|featured|other|further|next|previous|prev|read) ?(posts?|articles?|stories|news|reads?|content|entries|items|videos|from"
        r"|like|topics|more|next|also|on|in|links?|story|reading|widget|list|nav\w*)( \w+)?|most (read|popular|viewed|recent|commented)"
        r"|(block post|post|posts|article|entry|single|story|page|blog|nav|paging) ?(nav|navigation|pagination|pager|links|navi|prev|next|previous)"
        r"( \w+)?|pagination|pager|page ?numbers|page links|nav (links?|previous|next|single|below|above|posts?)|prev next|next prev"
        r"|recommendations?|recommended|recommends|popular|trending|outbrain\w*|taboola\w*( \w+)*|zergnet|read ?(more|also|next|on)"
        r"( \w+)?|more (link|on|from|in|about|info|news)|see also|you may( also)?( like)?|also like|also read|up next|promoted ?content"
        r"|post navigation link \w+|post nav link|siguiente|anterior|mehr zum thema|weitere \w+|a lire aussi|lire aussi|teaser ?list",
    ),
    (
        "class:teasers",
        r"block (query|latest posts|latest comments|archives|categories|calendar|rss|tag cloud|page list|search|loginout|read more)"
        r"|teaser|teasers|post ?(grid|list|carousel|slider|loop|cards?)|article ?(grid|list|carousel|cards?)|news ?(list|grid|ticker)"
        r"|promo|promos|promo ?(box|block|banner|item|link)|carousel|ticker|card ?grid|cards|card ?list|latest",
    ),
    (
        "class:newsletter",
        r"newsletters?|(newsletter|subscribe|subscription|signup|sign up|opt ?in|mailing ?list|mc4wp|mailchimp|donate|donation"
        r"|cta|call to action|membership|registration|regwall)( \w+)*|\w+ (newsletter|subscribe|signup|optin|cta"
        r"|donate|donation)|pay ?wall (message|banner|overlay|prompt|box|modal|notice|cta|promo|offer|gate|barrier)( \w+)*|mc embed signup|subscribe|convertkit \w+|ml form \w+|wpforms \w+|hs form|jetpack subscri\w+( \w+)*",
    ),
    (
        "class:ad",
        r"ads?|advert|adverts|advertisement|advertisements|advertising|adsbygoogle|adsense|ad ?(unit|slot|container|wrapper|wrap|box"
        r"|block|banner|zone|space|label|placeholder|break|area|inserter|block inserter)( \w+)*|\w+ (ad|ads|advert|advertisement)"
        r"|code block|dfp( \w+)*|gpt ad( \w+)*|sponsor|sponsors|sponsored( \w+)?|banner|banners|banner ad|google auto placed|werbung"
        r"|anzeige|publicite|publicidad|commercial|affiliate ?(box|link|disclosure|disclaimer|notice)s?|disclosure",
    ),
    (
        "class:cookie",
        r"cookie\w*( \w+)*|consent|(\w+ )?(gdpr|ccpa|consent|cookies?|cookiebot|onetrust|didomi|borlabs|complianz|cmplz|cky|moove gdpr"
        r"|cmp2|cmpbox|usercentrics|truste|osano|iubenda|klaro|quantcast|sp message)( \w+)+"
        r"|privacy ?(banner|notice|pop ?up|modal|overlay|bar|alert|message|prompt|center|manager|consent|settings)( \w+)*",
    ),
    (
        "class:footer",
        r"footer|(site|page|main|global|entry|post|article|story|blog|single|content) footer( \w+)?|footer \w+( \w+)?|colophon"
        r"|copyright|copyrights|legal|legal (notices?|text|info|bar|links?|disclaimer)|disclaimer|impressum|site info|powered by|imprint|postmetadata|post ?foot|bottom ?bar",
    ),
    (
        "class:rating",
        r"ratings?|(post|star|user|article|kk|wp|yasr|rmp|gdrating) (ratings?|votes?|likes?|reactions?|stars)( \w+)*|post ?ratings"
        r"|votes?|voting|likes?|like (button|box|count)|reactions?|claps?|feedback|was this helpful|helpful|poll|survey|quiz",
    ),
    (
        "class:tools",
        r"(article|page|post|content|story|entry|print|font|text|reader|user) ?(tools?|actions?|toolbar|options|functions|controls?"
        r"|resizer|size)( \w+)?|tools|toolbar|action ?bar|actions|print( \w+)?|printfriendly( \w+)*|listen|audio player|player"
        r"|text to speech|tts|bookmark|bookmarks|save ?(article|story|post|button)|copy ?link|back to top|scroll to top|to top"
        r"|search|search ?(form|box|bar|field|container|wrapper|results?|widget)( \w+)?|searchform|login|login ?(form|box|link|modal)"
        r"|popup|pop ?up|modal|lightbox|overlay|tooltip|notice|notification|alert|toast|loading|loader|spinner|no js|noscript",
    ),
)

_COMPILED = tuple((rule, re.compile(rf"(?:wp )?(?:{pattern})s?")) for rule, pattern in _CLASS_RULES)

_LAYOUT_PREFIX = (
    "has-",
    "no-",
    "with-",
    "without-",
    "is-",
    "not-",
    "wp-container",
    "wp-elements",
    "elementor-element",
)
_TERM_PREFIX = (
    "category-",
    "tag-",
    "post-",
    "type-",
    "status-",
    "format-",
    "author-",
    "postid-",
    "tax-",
    "topic-",
)
POST_MARKS = frozenset(("hentry", "type-post", "type-page", "status-publish", "h-entry"))
"""Classes that WordPress and microformats give the element of a post."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATOR = re.compile(r"[-_:/.]+")
_STREAMED = re.compile(r"S:[0-9a-f]+$")
"""React sends parts of a page as hidden elements with such ids and moves them into place."""
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_KEPT_INLINE = frozenset(
    ("hidden", "class:share", "class:ad", "class:comments", "class:related", "class:tools")
)
_QUOTE_WORDS = re.compile(
    r"quote|infobox|factbox|fact-box|note\b|sidenote|callout|highlight|summary|caption", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page to look for furniture in.

    ``measures`` are its own, nothing left out; ``dropped`` the numbers of the elements that the site's
    ``drop_selectors`` matched; ``banners`` those of :func:`.consent.banners`, ``comments`` those of
    :func:`.responses.comments`.
    """

    tree: Tree
    measures: Measures
    dropped: frozenset[int]
    banners: frozenset[int]
    comments: frozenset[int]


def find(page: Page) -> dict[int, str]:
    """The topmost elements that are furniture: element number to rule name.

    An element that holds more than :data:`MAJORITY` of the prose that the :data:`HARD` rules leave is
    spared by all the others: a wrapper named ``sidebar-layout``, a text hidden until a script runs.
    The hard rules spare only what holds nearly all the prose of the page: a header never closed.
    Neither is spared when the article plainly stands elsewhere: see :func:`_elsewhere`.
    """
    hard, _ = _walk(page, -1.0, None)
    limit = total(page.tree, page.measures.units, hard).prose[0] * MAJORITY
    found, spared = _walk(page, limit, None)
    if not spared:
        return found
    own = _elsewhere(page)
    return _walk(page, limit, own)[0] if own else found


def find_sure(page: Page) -> dict[int, str]:
    """What is never the article, for a page of which :func:`find` leaves next to nothing.

    What the hard rules match, and any furniture outside the article's element if that is known.
    """
    return _walk(page, -1.0, _elsewhere(page))[0]


def _elsewhere(page: Page) -> Node | None:
    """The element of the article, when text is left in it though every rule holds without regard to size.

    ``<main>``, else the one ``<article>`` that is no teaser; without them the whole page, if enough is left.
    """
    everything, _ = _walk(page, float("inf"), None)
    tree, rest = page.tree, total(page.tree, page.measures.units, everything)
    held = [node for node in tree.nodes if rest.prose[node.index] >= SENTENCE_CHARS]
    mains = [node for node in held if node.is_main]
    if mains:
        return mains[0]
    articles = [node for node in held if node.name == "article" and not _is_other_post(node)]
    outer = [
        node for node in articles if not any(one is not node and one.holds(node) for one in articles[:1])
    ]
    if len(outer) == 1:
        return outer[0]
    return _around_title(tree, rest) if rest.prose[0] >= PROSE_CHARS else None


def _around_title(tree: Tree, rest: Measures) -> Node:
    """The smallest element around the only first-level heading with text in it; else the page."""
    headings = [node for node in tree.nodes if node.name == "h1" and rest.chars[node.index]]
    node = headings[0].parent if len(headings) == 1 else None
    while node is not None and rest.prose[node.index] < PROSE_CHARS:
        node = node.parent
    return node or tree.root


def _walk(page: Page, limit: float, own: Node | None) -> tuple[dict[int, str], bool]:
    """What the rules match, and whether anything was spared for its size.

    ``own`` is the article's element, if it is known: what stands outside of it is not spared.
    """
    tree, measures = page.tree, page.measures
    found: dict[int, str] = {}
    spared = False
    context = _Context(page)
    index = 1
    while index < len(tree.nodes):
        node = tree.nodes[index]
        rule = "site:drop" if index in page.dropped else context.rule(node, measures)
        if rule and (
            measures.prose[index] <= _most(rule, limit, measures.prose[0])
            or (own is not None and _is_apart(node, rule, own))
        ):
            found[index] = rule
            index = node.end
            continue
        spared = spared or bool(rule)
        context.enter(node)
        index += 1
    return found, spared


def _is_apart(node: Node, rule: str, own: Node) -> bool:
    """Whether an element, however much it holds, is no part of the article in ``own``."""
    if node.holds(own):
        return False
    return rule in NEVER_TEXT or (not own.holds(node) and (own.name in _NAMED or rule in APART))


def _most(rule: str, limit: float, whole: int) -> float:
    """The most prose an element may hold for a rule to drop it."""
    if rule == "site:drop":
        return whole
    if rule == "class:comments":
        return max(limit, whole - LEAST_PROSE)
    return max(limit, whole * NEARLY_ALL) if rule in HARD else limit


class _Context:
    """Which articles, paragraphs and figures the walk is inside of, as the number where each ends."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._article_end = 0
        self._main_end = 0
        self._flow_end = 0
        self._quote_end = 0

    def enter(self, node: Node) -> None:
        if node.name == "article":
            self._article_end = max(self._article_end, node.end)
        if node.name == "article" or node.is_main:
            self._main_end = max(self._main_end, node.end)
        elif node.name in ("p", "li", "td", "h1", "h2", "h3", "h4", "h5", "h6", "dd"):
            self._flow_end = max(self._flow_end, node.end)
        elif node.name in ("blockquote", "figure"):
            self._quote_end = max(self._quote_end, node.end)

    def rule(self, node: Node, measures: Measures) -> str:
        """The rule this element falls under, or an empty string."""
        if node.name in ("html", "body", "head", "main", "#root"):
            return ""
        if node.index in self._page.banners:
            return "class:cookie"
        if node.index in self._page.comments:
            return "class:comments"
        rule = _by_attributes(node) or self._by_name(node, measures)
        # What is hidden and named is recorded by its name, which may hold where "hidden" yields.
        return self._by_class(node) or rule if rule in ("", "hidden") else rule

    def _by_name(self, node: Node, measures: Measures) -> str:
        index, name = node.index, node.name
        if name == "form":
            return "control" if measures.prose[index] < 400 else ""
        if name == "label" and measures.chars[index] > 200:
            return ""
        if (
            name == "aside"
            and index < self._main_end
            and (_QUOTE_WORDS.search(node.get("class")) or _quotes(node))
        ):
            return ""
        if name == "header" and index >= self._main_end and not _holds_heading(node):
            return "landmark:header"
        if name == "footer" and index >= self._quote_end:
            return "landmark:footer"
        if name == "article" and index < self._article_end and _is_other_post(node):
            return "class:teasers"
        return _NAMES.get(name, "")

    def _by_class(self, node: Node) -> str:
        rule = class_rule(node)
        in_flow = node.index < self._flow_end and node.name in INLINE
        if rule and in_flow and rule not in _KEPT_INLINE:
            return ""
        if rule == "class:author" and node.index < self._quote_end:
            return ""
        return rule


def class_rule(node: Node) -> str:
    """The class rule that one of the element's class names or its id falls under."""
    names = node.get("class")
    ident = node.get("id")
    if not names and not ident:
        return ""
    return _class_rule(names[:600], ident[:100])


@lru_cache(maxsize=8192)
def _class_rule(names: str, ident: str) -> str:
    given = names.split()
    if not POST_MARKS.isdisjoint(given):
        given = [name for name in given if not name.startswith(_TERM_PREFIX)]
    hints = [_hint(name) for name in given if not name.startswith(_LAYOUT_PREFIX)]
    if ident and not ident.startswith(_LAYOUT_PREFIX):
        hints.append(_hint(ident))
    for rule, pattern in _COMPILED:
        if any(pattern.fullmatch(hint) for hint in hints):
            return rule
    return ""


def _hint(name: str) -> str:
    """``entryMeta__top`` as ``entry meta top``, block-element-modifier tails and numbers left out."""
    words = _SEPARATOR.sub(" ", _CAMEL.sub(" ", name)).lower().split()
    return " ".join(word for word in words if not word.isdigit())


def _by_attributes(node: Node) -> str:
    attrs = node.attrs
    if not attrs:
        return ""
    role = attrs.get("role", "")
    if role in _ROLES and not (role == "button" and node.name in INLINE and node.name != "a"):
        return _ROLES[role]
    if "hidden" in attrs and attrs["hidden"] != "until-found" and not _STREAMED.match(attrs.get("id", "")):
        return "hidden"
    if attrs.get("aria-hidden") == "true":
        return "hidden"
    style = attrs.get("style", "")
    return "hidden" if style and _HIDDEN_STYLE.search(style) else ""


def _is_other_post(node: Node) -> bool:
    """Whether an article inside an article is another post: marked as a post, or headed by a link."""
    if not POST_MARKS.isdisjoint(node.classes):
        return True
    stack: list[tuple[Node, int]] = [(node, 0)]
    while stack:
        item, depth = stack.pop()
        if item.name in ("h2", "h3", "h4", "h5"):
            return any(isinstance(child, Node) and child.name == "a" for child in item.children)
        if depth < 4:
            stack.extend(
                (child, depth + 1) for child in reversed(item.children[:20]) if isinstance(child, Node)
            )
    return False


def _quotes(node: Node) -> bool:
    """Whether an element is a block quote and nothing else: set apart, not furniture."""
    inner = [child for child in node.children if isinstance(child, Node)]
    return len(inner) == 1 and inner[0].name == "blockquote" and node.is_small


def _holds_heading(node: Node) -> bool:
    """Whether the element holds a first-level heading: a page's title often stands in its header."""
    return any(isinstance(child, Node) and child.name == "h1" for child in node.children)


def where(node: Node) -> str:
    """A short description of an element: ``aside#secondary.widget-area``."""
    ident = f"#{node.get('id')}" if node.get("id") else ""
    classes = "".join(f".{name}" for name in node.get("class").split()[:3])
    return f"{node.name}{ident}{classes}"[:120]


def rule_names() -> frozenset[str]:
    """Every rule name there is, as the table in this module's docstring lists them."""
    return frozenset(re.findall(r"^``([\w:-]+)``", __doc__ or "", re.MULTILINE))
