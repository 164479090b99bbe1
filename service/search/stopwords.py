"""Words too common to ask for, by language: the default lists.

A stop word in a generic query is ignored beside other words (the answer says so); a query of
nothing but stop words asks for all of them, and phrases and exact queries keep every one.

The language of a query is not known, so all lists hold at once. Left out are function words that
mean something in another language of the table (German "die" and "war", French "son" and "pour")
and words that turn a question round ("not", "nicht", "sans").
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP_WORDS: dict[str, frozenset[str]] = {
    "en": _words(
        """
        a about after all also an and any are as at be because been before being between both but by
        can could did do does doing during each for from had has have having he her here hers him
        his how i if in into is it its itself me more most my of off on once only or other our ours
        out over own same she should so some such than that the their theirs them then there these
        they this those through to too under until up very was we were what when where which while
        who whom whose why will with would you your yours
        """
    ),
    "de": _words(
        """
        aber als an auch auf aus bei bis das dass dem der des diese diesem diesen dieser dieses doch
        du durch ein eine einem einen einer eines er es für hatte ich ihr ihre im in ist ja kann mit
        nach noch nur ob oder sein seine sich sie sind so über um und uns unter vom von vor waren
        was wegen welche welcher welches wenn wer werden wie wird wo wurde wurden zu zum zur
        """
    ),
    "fr": _words(
        """
        à au aux avec ce ces cet cette comme dans de des du elle elles en entre et être il ils je la
        le les leur leurs lui mais me même nous on ont ou où par qu que quel quelle quels quelles
        qui sa se ses si sont sous sur te toi tu un une vous y
        """
    ),
    "fa": _words(
        """
        و در به از که این آن را با است برای تا یک بر هم نیز اما یا هر می شد شده بود چه ها های چیست
        کدام چند چرا کجا کی چگونه
        """
    ),
    "ar": _words(
        """
        في من على إلى عن أن إن كان كانت هذا هذه ذلك التي الذي الذين و أو ثم ما قد هل هو هي مع كل بعد
        قبل بين كما حتى عند أي
        """
    ),
}
