"""Text steps against code written by hand, on real messages where they are at hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer

from core.data.schema import ColumnSchema
from core.errors import InvalidInput, LatheError
from core.prepare.compiler import compile_plan
from core.prepare.languages import CODES
from core.prepare.patterns import check_pattern
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.stop_words import LANGUAGES, stop_words
from core.prepare.textdemo import tokens_before_after
from core.prepare.transformers.cleaning import TextCleaner
from core.prepare.transformers.language import LanguageRows, LanguageShares
from core.prepare.transformers.readability import TextMeasures
from core.prepare.transformers.text import HashedWords, TextTopics, TextWords
from core.types import ColumnKind, StorageType
from tests.core.prepare.library_checks import check_library_rules

MESSAGES = Path(__file__).parents[4] / "shared" / "data" / "other" / "sms_spam.csv"


@pytest.fixture(scope="module")
def messages() -> pd.DataFrame:
    if not MESSAGES.exists():
        pytest.skip("the messages are not at hand")
    return pd.read_csv(MESSAGES, encoding="latin-1", usecols=["text"], nrows=1500).astype(object)


def texts(*cells: str | None) -> pd.DataFrame:
    return pd.DataFrame({"t": pd.Series(cells, dtype=object)})


def matrix(step: str, frame: pd.DataFrame, **params: object) -> tuple[np.ndarray, list[str]]:
    """Return what a plan of one step makes of the column of texts."""
    name = str(frame.columns[0])
    column = ColumnSchema(
        name=name, kind=ColumnKind.TEXT, storage=StorageType.STRING, unique=frame[name].nunique(), missing=0
    )
    plan = PreparePlan(steps=(StepChoice(step=step, columns=(name,), params=params),))
    pipeline = compile_plan(plan, [column], InputNeeds()).transformer
    return pipeline.fit_transform(frame), list(pipeline.get_feature_names_out())


def refusal(step: str, **params: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        matrix(step, texts("a word"), **params)
    return caught.value.message


ESTIMATORS = (TextCleaner(), HashedWords(), TextTopics(), TextMeasures(), LanguageShares(), TextWords())


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_text_transformers_keep_the_rules_that_apply(estimator) -> None:
    check_library_rules(estimator)


def test_word_weights_are_those_of_the_library(messages: pd.DataFrame) -> None:
    made, names = matrix("encode_text", messages, max_words=150, longest=2, min_rows=3, max_share=0.5)
    by_hand = TfidfVectorizer(
        max_features=150, ngram_range=(1, 2), min_df=3, max_df=0.5, strip_accents="unicode", sublinear_tf=True
    )
    expected = by_hand.fit_transform(messages["text"]).toarray()
    np.testing.assert_allclose(made, expected, rtol=1e-12, atol=1e-15)
    assert names == [f"text: {word}" for word in by_hand.get_feature_names_out()]


@pytest.mark.parametrize("unit", ["word", "char_wb", "char"])
def test_counts_are_those_of_the_library(messages: pd.DataFrame, unit: str) -> None:
    made, _ = matrix("count_words", messages.head(300), max_words=80, unit=unit, longest=3, counts="present")
    shortest = 1 if unit == "word" else 2
    by_hand = CountVectorizer(
        max_features=80, analyzer=unit, ngram_range=(shortest, 3), binary=True, strip_accents="unicode"
    )
    np.testing.assert_array_equal(made, by_hand.fit_transform(messages["text"].head(300).str.strip()).toarray())


def test_the_bag_of_words_of_one_sentence() -> None:
    made, names = matrix("count_words", texts("The cat sees the dog"))
    assert dict(zip(names, made[0], strict=True)) == {"t: cat": 1, "t: dog": 1, "t: sees": 1, "t: the": 2}


def test_hashed_words_are_those_of_the_library(messages: pd.DataFrame) -> None:
    made, names = matrix("hash_text", messages, width=64, longest=2)
    by_hand = HashingVectorizer(n_features=64, ngram_range=(1, 2), strip_accents="unicode")
    np.testing.assert_array_equal(made, by_hand.transform(messages["text"]).toarray())
    assert len(names) == 64


def test_topics_span_what_an_exact_decomposition_does(messages: pd.DataFrame) -> None:
    frame = messages.head(400)
    made, names = matrix("text_topics", frame, topics=4, max_words=200)
    weights = TfidfVectorizer(max_features=200, strip_accents="unicode", sublinear_tf=True).fit_transform(frame["text"])
    left, sizes, _ = np.linalg.svd(weights.toarray(), full_matrices=False)
    np.testing.assert_allclose(np.abs(made), np.abs(left[:, :4] * sizes[:4]), atol=0.02)
    assert all(re.fullmatch(r"text: topic \d \(\w+, \w+, \w+\)", name) for name in names)


def test_topics_are_the_same_at_every_fit_and_as_wide_in_a_narrow_fold(messages: pd.DataFrame) -> None:
    frame = messages.head(200)
    first, again = (TextTopics(topics=6, seed=3).fit(frame).transform(frame) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    narrow = TextTopics(topics=6).fit(texts("one word", "one"))
    made = narrow.transform(texts("one word", "unknown", None))
    assert made.shape == (3, 6)
    assert (made[:, 2:] == 0).all()
    assert made[0].any()
    assert not made[1:].any()


@pytest.mark.parametrize("step", ["encode_text", "count_words", "text_topics"])
def test_bounds_that_leave_no_word_give_zeros(step: str) -> None:
    made, _ = matrix(step, texts("one", "two"), min_rows=900)
    assert made.shape[0] == 2
    assert not made.any()


def test_cleaning_is_what_plain_code_does(messages: pd.DataFrame) -> None:
    cells = messages["text"].head(400)
    cleaner = TextCleaner(punctuation=True, stop_words="english", stemming="english", digits="remove")
    made = cleaner.fit(messages).transform(messages.head(400))[:, 0]
    from snowballstemmer import stemmer

    stem, left_out = stemmer("english").stemWord, stop_words("english")

    def by_hand(text: str) -> str | None:
        text = re.sub(r"\d+(?:[.,]\d+)*", " ", text.lower())
        words = re.split(r"(?:(?!['\u2019])[\W_])+", text)
        kept = [word for word in words if word.replace("'", "").replace("\u2019", "") not in left_out]
        pieces = re.split(r"[^\w]+", " ".join(kept))
        return " ".join(stem(piece) for piece in pieces if piece) or None

    plain = [text for text in cells if "_" not in text and not re.search(r"(^|\W)'|'(\W|$)", text)]
    places = [place for place, text in enumerate(cells) if text in set(plain)]
    assert len(places) > 250
    assert [made[place] for place in places] == [by_hand(cells.iloc[place]) for place in places]


@pytest.mark.parametrize(
    ("settings", "text", "expected"),
    [
        ({"lower": True}, "  Two\n Words ", "two words"),
        ({"lower": False, "punctuation": True}, "Don't — stop, now_2!", "Don t stop now_2"),
        ({"punctuation": True, "pattern": "[,;]"}, "a,b;c.", "a b c."),
        ({"unicode": "fold"}, "Café Straße Øst", "cafe strasse ost"),
        ({"unicode": "ascii"}, "naïve 日本 ok 😀", "naive ok"),
        ({"links": "word", "mentions": "remove"}, "@ann see https://a.org/x?y=1 #win", "see link"),
        ({"links": "remove"}, "mail a.b@c.org or www.d.org now", "mail or now"),
        ({"digits": "word"}, "paid 1,200.50 on 3 days", "paid number on number days"),
        ({"own_words": "Hello\nregards"}, "hello you, REGARDS", "you,"),
        ({"stop_words": "german"}, "Das ist ein Haus für uns", "haus"),
        ({"stemming": "english"}, "Connected connections connecting", "connect connect connect"),
        ({"shortest": 3}, "an old ox ran", "old ran"),
        ({"rules": "(\\d+) ?€ => \\1 euro\n\\bu\\b => you"}, "u pay 5€", "you pay 5 euro"),
        ({"punctuation": True}, "?!", None),
        ({}, None, None),
    ],
)
def test_each_switch_of_cleaning(settings: dict, text: str | None, expected: str | None) -> None:
    frame = texts(text)
    assert TextCleaner(**settings).fit(frame).transform(frame)[0, 0] == expected


def test_bad_rules_are_refused_before_any_row_is_read() -> None:
    assert "Line 2 is 'nothing'" in refusal("clean_text", rules="a => b\nnothing")
    assert "line 1 cannot be used" in refusal("clean_text", rules="(a => b")
    assert "line 1 cannot be used" in refusal("clean_text", rules=r"a => \2")
    assert "What counts as punctuation cannot be used" in refusal("clean_text", pattern="[a")
    assert "at most 500 characters" in refusal("clean_text", pattern="a" * 501)
    assert "at most 200 rules" in refusal("clean_text", rules="a => b\n" * 201)


def test_a_pattern_that_would_stall_other_engines_is_done_at_once() -> None:
    frame = texts("a" * 30_000 + "b")
    cleaned = TextCleaner(rules="(a+)+$ => x").fit(frame).transform(frame)
    assert cleaned[0, 0] == frame["t"][0]
    with pytest.raises(LatheError, match="cannot be used"):
        check_pattern("(?=a)b")


def test_a_typed_sentence_is_shown_after_each_step() -> None:
    stages = tokens_before_after(
        "Don't miss THE café!", {"stop_words": "english", "unicode": "fold", "stemming": "english"}
    )
    assert [stage.label for stage in stages] == [
        "As it is", "Accents folded", "Small letters", "Stop words", "Punctuation", "Word stems",
    ]  # fmt: skip
    assert stages[1].touched == 1
    by_label = {stage.label: stage for stage in stages}
    assert by_label["Stop words"].tokens == ("miss", "cafe")
    assert by_label["Stop words"].removed == 2
    assert stages[-1].text == "miss cafe"
    with pytest.raises(LatheError, match="5,000"):
        tokens_before_after("a" * 5001, {})
    with pytest.raises(LatheError, match="Line 1"):
        tokens_before_after("a", {"rules": "x"})


def test_every_list_of_stop_words_is_tidy() -> None:
    for language in LANGUAGES:
        words = stop_words(language)
        assert 80 < len(words) < 300
        assert all(word == word.lower() and "'" not in word for word in words)
    assert stop_words("none") == frozenset()


def test_measures_are_those_counted_by_hand() -> None:
    made, names = matrix("measure_text", texts("The cat sat. It was HOT, 33 degrees!", None, "…"))
    found = dict(zip((name.removeprefix("t: ") for name in names), made[0], strict=True))
    letters = len("ThecatsatItwasHOTdegrees")
    assert found["characters"] == 36
    assert (found["words"], found["sentences"], found["marks ! and ?"]) == (8, 2, 1)
    assert found["mean word length"] == (letters + 2) / 8
    assert found["share of capitals"] == 5 / letters
    assert found["share of digits"] == 2 / 36
    assert found["share of punctuation"] == 3 / 36
    assert found["share of different words"] == 1.0
    syllables = 9 / 8  # one each, two in "degrees"; "33" counts as one
    assert found["syllables per word"] == syllables
    assert found["Flesch reading ease"] == pytest.approx(206.835 - 1.015 * 4 - 84.6 * syllables)
    assert found["Flesch-Kincaid grade"] == pytest.approx(0.39 * 4 + 11.8 * syllables - 15.59)
    assert not made[1].any()
    assert made[2].tolist()[:3] == [1, 0, 0]


def test_measuring_nothing_is_refused() -> None:
    assert "At least one" in refusal("measure_text", size=False, style=False, reading=False)


def test_languages_are_told_apart() -> None:
    frame = texts(
        "The quick brown fox jumps over the lazy dog and runs away",
        "Der schnelle braune Fuchs springt über den faulen Hund und läuft davon",
        "Le renard brun rapide saute par-dessus le chien paresseux et s'enfuit",
        None,
        "123 !!",
    )
    made, names = matrix("text_language", frame, codes="en, de", gives="likeliest")
    assert names[-3:] == ["t: language en", "t: language de", "t: another language"]
    assert made[:, -3:].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]
    shares, _ = matrix("text_language", frame, codes="en, de")
    np.testing.assert_allclose(shares[:3].sum(axis=1), 1.0, rtol=1e-5)
    assert LanguageRows(code="de").keep_rows(frame).tolist() == [False, True, False, True, True]


def test_unknown_languages_are_refused() -> None:
    assert "'xx' is not known" in refusal("text_language", codes="en xx")
    assert "none is named" in refusal("text_language", codes=" , ")
    assert "One language" in refusal("keep_language", code="en de")


def test_every_language_on_offer_is_known_to_the_library() -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    assert set(CODES) <= set(LanguageIdentifier.from_model_file(MODEL_FILE).labels)


@pytest.fixture
def model_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models" / "tiny"
    folder.mkdir(parents=True)
    monkeypatch.setenv("LATHE_MODEL_FOLDERS", str(tmp_path / "models"))
    write_tiny_model(folder, seed=0)
    return folder


WORDS = ("[UNK]", "red", "green", "blue", "paint")


def vectors_of(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(len(WORDS), 3)).astype(np.float32)


def write_tiny_model(folder: Path, seed: int) -> None:
    """Write a model that looks each word up in a table of three numbers."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    shape = ["rows", "pieces"]
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, shape) for n in ("input_ids", "attention_mask")]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, 3])
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    table = numpy_helper.from_array(vectors_of(seed), "table")
    graph = helper.make_graph(nodes, "tiny", inputs, [output], [table])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    (folder / "config.json").write_text(json.dumps({"hidden_size": 3}))


def test_sentence_vectors_are_means_of_length_one(model_folder: Path) -> None:
    made, names = matrix("embed_text", texts("red paint", "blue", None, "red unheard"), folder=str(model_folder))
    table = vectors_of(0).astype(np.float64)
    for row, places in ((0, [1, 4]), (1, [3]), (3, [1, 0])):
        mean = table[places].mean(axis=0)
        np.testing.assert_allclose(made[row], mean / np.linalg.norm(mean), rtol=1e-12)
    assert not made[2].any()
    assert names == ["t: vector 1", "t: vector 2", "t: vector 3"]


def test_a_changed_sentence_model_is_refused(model_folder: Path) -> None:
    from core.prepare.transformers.embedding import SentenceVectors

    frame = texts("red paint")
    vectors = SentenceVectors(folder=str(model_folder)).fit(frame)
    vectors.transform(frame)
    write_tiny_model(model_folder, seed=1)
    with pytest.raises(LatheError, match="not the one that was trained with"):
        vectors.transform(frame)
    (model_folder / "model.onnx").write_bytes(b"no model")
    with pytest.raises(LatheError, match="cannot be used"):
        clone(vectors).fit(frame)


def test_prepared_rows_of_another_sentence_model_are_not_taken(model_folder: Path) -> None:
    from core.run.prepared import settings_of

    def settings() -> str:
        column = ColumnSchema(name="t", kind=ColumnKind.TEXT, storage=StorageType.STRING, unique=1, missing=0)
        choice = StepChoice(step="embed_text", columns=("t",), params={"folder": str(model_folder)})
        plan = PreparePlan(steps=(choice,))
        return settings_of(compile_plan(plan, [column], InputNeeds()), "y")

    before = settings()
    assert settings() == before
    write_tiny_model(model_folder, seed=1)
    assert settings() != before


def test_sentence_models_lie_only_where_the_operator_says(model_folder: Path, tmp_path: Path, monkeypatch) -> None:
    outside = tmp_path / "outside"
    model_folder.rename(outside)
    assert "may lie below" in refusal("embed_text", folder=str(outside))
    model_folder.symlink_to(outside)
    assert "may lie below" in refusal("embed_text", folder=str(model_folder))
    assert "must be named" in refusal("embed_text")
    empty = tmp_path / "models" / "empty"
    empty.mkdir()
    assert "lacks tokenizer.json and model.onnx" in refusal("embed_text", folder=str(empty))
    monkeypatch.delenv("LATHE_MODEL_FOLDERS")
    assert "no folder is allowed" in refusal("embed_text", folder=str(empty))
