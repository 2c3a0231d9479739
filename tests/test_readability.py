"""How hard the kit's own words are to read."""

import statistics

import pytest

from lessonkit.lesson import LABS

from .readability import feedback, grade, hardest, notebooks, prose, sentences

MOST = 11
MEDIAN = 8

FILES = {"notebooks": notebooks(), "feedback": feedback()}

every_kind = pytest.mark.parametrize("kind", FILES)


def report(files: dict[str, list[str]]) -> str:
    """Name files with their hardest sentences."""
    return "\n".join(
        line
        for name, parts in files.items()
        for line in (f"{name} is at grade {grade(parts):.1f}. Its hardest sentences are", *hardest(parts))
    )


@every_kind
def test_no_file_is_harder_than_grade_eleven(kind: str) -> None:
    hard = {name: parts for name, parts in FILES[kind].items() if grade(parts) > MOST}

    assert not hard, report(hard)


@every_kind
def test_the_middle_file_is_no_harder_than_grade_eight(kind: str) -> None:
    files = FILES[kind]
    middle = statistics.median(grade(parts) for parts in files.values())

    assert middle <= MEDIAN, report({name: parts for name, parts in files.items() if grade(parts) > MEDIAN})


def test_all_that_is_read_is_measured() -> None:
    assert {"00-start-here.ipynb", "02-sourcing.ipynb", "pack.toml"} <= set(FILES["notebooks"])
    assert set(FILES["feedback"]) >= {
        "layers.toml",
        "words.toml",
        "together.toml",
        "writing.toml",
        "idlib/sourcing.toml",
        "idlib/claims.toml",
        "idlib/framing.toml",
        "idlib/glossary.toml",
        "idlib/guide.toml",
        "idlib/print.toml",
        *(f"idlib/{file}" for file in LABS.values()),
    }
    assert all(len(parts) > 9 for files in FILES.values() for parts in files.values())
    told = set(FILES["feedback"]["idlib/claims.toml"])
    assert "February 2, 2020 was a Sunday: any calendar shows it." in told
    evidence = FILES["feedback"]["idlib/evidence.toml"]
    assert "They are its own people: it knows them, and Turkey is a side." in evidence
    assert "yes" not in evidence
    assert "Whom would you ask first?" in FILES["feedback"]["idlib/print.toml"]
    assert "A second witness, independent of the first." in FILES["feedback"]["layers.toml"]


def test_the_grade_is_the_published_formula() -> None:
    # 6 words in 1 sentence, 6 syllables.
    assert grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)


def test_long_words_and_long_sentences_are_harder() -> None:
    easy = grade(["You see it.", "Who said so?"])

    assert grade(["You see it and who said so?"]) > easy
    assert grade(["International negotiations deteriorated."]) > easy


def test_only_the_kit_s_own_sentences_are_measured() -> None:
    markdown = """
# A heading

> The article's own words.

*10 minutes · you can [read on](02-sourcing.ipynb)*

1. Say **who** says so; leave out `of="key"`.

```python
lesson.read()
```
"""

    assert prose(markdown) == ["10 minutes", "you can read on", "Say who says so; leave out ."]


def test_several_sentences_on_a_line_are_told_apart() -> None:
    assert sentences(["Whose is it? “Ours.” The article of Feb. 2, they say."]) == [
        "Whose is it?",
        "“Ours.”",
        "The article of Feb. 2, they say.",
    ]


def test_the_hardest_sentences_come_first_and_once() -> None:
    easy, hard = "You see it as it is.", "International negotiations deteriorated after several interruptions."

    assert [line.partition(": ")[2] for line in hardest([easy, hard, easy, "Erased."])] == [hard, easy]


def test_a_failure_names_the_file_and_its_three_hardest_sentences() -> None:
    lines = report({"one.toml": [f"Considerable deterioration followed on day {number}." for number in range(5)]})

    assert lines.startswith("one.toml is at grade ")
    assert lines.count("Considerable deterioration") == 3
