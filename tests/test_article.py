"""The article: segments, words, and the page around them."""

from pathlib import Path

import pytest

from lessonkit.article import Article, Segment, Span, read_article
from lessonkit.faults import LessonError


def written(folder: Path, text: str, page: str | None = None) -> Article:
    folder.mkdir(exist_ok=True)
    (folder / "article.md").write_text(text, encoding="utf-8")
    if page is not None:
        (folder / "page.txt").write_text(page, encoding="utf-8")
    return read_article(folder)


def words_of(text: str) -> list[str]:
    return [text[start:end] for start, end in Segment("s1", "sentence", text, 0).words]


def test_the_article_has_a_headline_two_captions_and_ten_sentences(article: Article) -> None:
    assert [segment.id for segment in article.segments] == [
        *("h1", "c1", "s1", "s2", "s3", "c2"),
        *("s4", "s5", "s6", "s7", "s8", "s9", "s10"),
    ]


def test_every_segment_stands_in_the_page_word_for_word(article: Article) -> None:
    assert article.page is not None
    assert article.not_on_page == ()
    assert all(segment.text in article.page for segment in article.segments)


def test_what_is_left_of_the_page_is_its_furniture_and_the_repeated_captions(article: Article) -> None:
    left = [(line.text, line.kind) for line in article.page_lines if line.kind in {"furniture", "repeated caption"}]
    captions = [segment.text for segment in article.segments if segment.kind == "caption"]

    assert left == [
        ("Accessibility links", "furniture"),
        ("Breaking News", "furniture"),
        (captions[0], "repeated caption"),
        (captions[1], "repeated caption"),
        ("XS", "furniture"),
        ("SM", "furniture"),
        ("MD", "furniture"),
        ("LG", "furniture"),
    ]


def test_a_changed_word_is_no_longer_on_the_page(article: Article, tmp_path: Path) -> None:
    text = (article.folder / "article.md").read_text(encoding="utf-8").replace("has said.", "has stated.")
    changed = written(tmp_path, text, article.page)

    assert [segment.id for segment in changed.not_on_page] == ["s1"]


def test_several_sentences_of_one_paragraph_are_found_on_one_line_of_the_page(tmp_path: Path) -> None:
    article = written(
        tmp_path, "# Head\n\nOne is here.\nTwo is here.\n\nThree.", "Head\nOne is here. Two is here.\nAd\nThree."
    )

    assert [line.kind for line in article.page_lines] == ["headline", "sentence", "furniture", "sentence"]
    assert [segment.paragraph for segment in article.segments] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Idlib's (AP Photo/Ghaith Alsayed)", ["Idlib's", "AP", "Photo", "Ghaith", "Alsayed"]),
        ("more than 1,000 attacks - de-escalation", ["more", "than", "1,000", "attacks", "de-escalation"]),
        ("Ankara\N{EM DASH}blamed", ["Ankara", "blamed"]),
        ("İdlib’de", ["İdlib’de"]),
        ("قالت وزارة الخارجية، اليوم", ["قالت", "وزارة", "الخارجية", "اليوم"]),
        ("सीरिया में", ["सीरिया", "में"]),
        ("土耳其说", ["土", "耳", "其", "说"]),
        ("a \N{GRINNING FACE} b", ["a", "b"]),
    ],
)
def test_words_are_what_a_reader_would_call_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_words_are_found_once_and_whole(article: Article) -> None:
    assert article.find("A war monitor") == Span("s9", 0, 2)
    assert article.quote(article.find("(AP Photo/Ghaith Alsayed)")) == "AP Photo/Ghaith Alsayed"


def test_words_in_several_segments_need_to_say_which(article: Article) -> None:
    with pytest.raises(LessonError, match=r'stand in h1, s1, .*at = "h1"'):
        article.find("Turkey")

    assert article.find("Turkey", at="h1") == Span("h1", 0, 0)


def test_half_a_word_is_not_found(article: Article) -> None:
    with pytest.raises(LessonError, match="Copy them exactly"):
        article.find("Turk", at="h1")


def test_words_twice_in_one_segment_ask_for_more_words(tmp_path: Path) -> None:
    article = written(tmp_path, "# one and one")

    with pytest.raises(LessonError, match="Quote more words"):
        article.find("one")


def test_an_unknown_segment_is_answered_with_the_known_ones(article: Article) -> None:
    with pytest.raises(LessonError, match=r"no segment “s99” in idlib\. Its segments are h1, c1"):
        article.segment("s99")


def test_the_hash_changes_with_the_words_and_not_with_the_header(article: Article, tmp_path: Path) -> None:
    text = (article.folder / "article.md").read_text(encoding="utf-8")

    same = written(tmp_path / "same", text.replace("Turkey, Russia and Idlib", "Another title"))
    other = written(tmp_path / "other", text.replace("ten", "eleven").replace("has said.", "said."))

    assert same.text_hash == article.text_hash
    assert other.text_hash != article.text_hash


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("+++\ntitle = 'x'\n# Head", "never closed"),
        ("+++\ntitle = x\n+++\n# Head", "line 2"),
        ("", "holds no text"),
        ("# Head\n\n...", "line 3"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(LessonError, match=message) as error:
        written(tmp_path, text)

    assert "article.md" in str(error.value)


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    (tmp_path / "article.md").write_bytes("# Çavuşoğlu".encode("cp1254"))

    with pytest.raises(LessonError, match="not saved as UTF-8"):
        read_article(tmp_path)


def test_a_missing_article_says_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"article\.md is missing.*_template"):
        read_article(tmp_path)
