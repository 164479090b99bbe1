"""docs/tuning.md: the tuning that is shown can be read, and sets all there is to set."""

from __future__ import annotations

import tomllib

import msgspec

from service.search.synonyms import AS_SYNONYM, MOST_ALTERNATIVES, MOST_VARIANTS
from service.tuning.compiling import compile_model
from service.tuning.model import Rule, TuningModel, Weights
from tests.docs.reading import TUNING, blocks, read


def test_the_tuning_that_is_shown_is_one() -> None:
    (shown,) = (block.text for block in blocks(TUNING, "toml"))
    given = tomllib.loads(shown)
    model = msgspec.convert(given, TuningModel)
    assert given.keys() == {field.encode_name for field in msgspec.structs.fields(TuningModel)}
    assert model.weights == Weights()
    used = {name for rule in given["rules"] for name in rule}
    assert used | {"enabled"} == {field.encode_name for field in msgspec.structs.fields(Rule)}
    tuning = compile_model(model)
    assert tuning.curation is not None
    assert tuning.synonyms is not None
    assert "said" in tuning.stop_words


def test_its_numbers_are_those_of_the_code() -> None:
    text = " ".join(read(TUNING).split())
    assert f"A synonym counts {AS_SYNONYM} of the word" in text
    assert f"at most {MOST_VARIANTS} times over" in text
    assert f"At most {MOST_ALTERNATIVES} synonyms of a term" in text
