"""Lists as numbers: words beyond the 64 of one number, columns of different width, unknown ids."""

import numpy as np

from supervisor.rules.fit_lists import (
    Codes,
    bits,
    has_words,
    holds,
    lack_word,
    padded,
    share_id,
    share_word,
)


def test_words_that_were_met_later_make_a_wider_column_that_still_compares() -> None:
    codes = Codes()
    few = bits([frozenset({"w0"}), frozenset()], codes)
    for n in range(130):
        codes[f"w{n}"]
    many = bits([frozenset({"w0", "w129"}), frozenset({"w129"})], codes)
    assert few.shape[1] < many.shape[1]
    assert share_word(few, many).tolist() == share_word(many, few).tolist() == [True, False]
    assert lack_word(many, few).tolist() == [True, True]
    assert lack_word(few, many).tolist() == [False, False]
    assert has_words(many).tolist() == [True, True]
    assert has_words(few).tolist() == [True, False]


def test_each_of_the_64_words_of_a_number_is_its_own() -> None:
    codes = Codes()
    one = bits([frozenset({f"w{n}"}) for n in range(128)], codes)
    other = one[::-1]
    assert share_word(one, one).all()
    assert not share_word(one, other).any()


def test_what_is_unknown_is_in_no_list_and_in_common_with_nothing() -> None:
    ids = padded([[7, 8], [7], []])
    assert holds(ids, np.array([8, 8, -1])).tolist() == [True, False, False]
    assert share_id(ids, padded([[9, 8], [], []])).tolist() == [True, False, False]


def test_nobody_has_a_table_too() -> None:
    assert padded([]).shape == (0, 1)
    assert bits([], Codes()).shape == (0, 1)
