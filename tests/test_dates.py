"""Dating an article from inside: what the calendar makes of the days it names."""

import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from lessonkit import open_lesson
from lessonkit.article import Article, read_article
from lessonkit.dates import days, latest, nearest, read_dates
from lessonkit.faults import LessonError
from lessonkit.layers import Layer
from lessonkit.places import data_folder
from lessonkit.rules import faults_of

THURSDAY = 3


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(data_folder() / "idlib", tmp_path / "idlib")


def put(folder: Path, text: str) -> Article:
    (folder / "dates.toml").write_text(text, encoding="utf-8")
    return read_article(folder)


def test_the_days_of_the_article_stand_in_its_order(article: Article) -> None:
    named = read_dates(article)

    segments = [one.span.segment for one in named]

    assert segments == ["c1", "s2", "s3", "s3", "c2", "s5", "s5", "s9", "s10"]
    assert days(named) == (date(2020, 1, 8), date(2020, 2, 2), date(2020, 2, 3), date(2020, 2, 6))


def test_the_sunday_of_the_caption_was_a_sunday(article: Article) -> None:
    [caption] = [one for one in read_dates(article) if one.quote.startswith("Sunday")]

    assert caption.fits
    assert caption.has_year


def test_only_the_captions_name_a_year(article: Article) -> None:
    assert {one.span.segment for one in read_dates(article) if one.has_year} == {"c1", "c2"}


def test_the_thursdays_near_the_days_named() -> None:
    assert nearest(THURSDAY, date(2020, 2, 6)) == (date(2020, 2, 6),)
    assert nearest(THURSDAY, date(2020, 2, 3)) == (date(2020, 1, 30), date(2020, 2, 6))
    assert nearest(THURSDAY, date(2020, 1, 1)) == (date(2019, 12, 26), date(2020, 1, 2))


def test_the_latest_day_told_of_is_the_earliest_it_can_have_been_finished(article: Article) -> None:
    assert latest(read_dates(article)) == date(2020, 2, 6)


def test_a_day_that_lies_ahead_does_not_date_the_text(folder: Path) -> None:
    article = put(
        folder,
        '[[date]]\nquote = "February 3"\nmeans = "2020-02-03"\n'
        '[[date]]\nquote = "February 6"\nat = "s9"\nmeans = "2020-02-06"\nahead = true\n',
    )

    assert latest(read_dates(article)) == date(2020, 2, 3)


def test_a_weekday_that_does_not_fit_is_told(folder: Path) -> None:
    put(folder, '[[date]]\nquote = "Sunday, Feb. 2, 2020"\nmeans = "2020-02-03"\nweekday = "sunday"\n')
    page = text_of(open_lesson(str(folder)).date().page)

    assert "Monday, February 3, 2020. The words say Sunday, and that does not fit." in page


def test_the_page_says_what_follows_and_what_stays_open() -> None:
    page = text_of(open_lesson("idlib").date().page)

    for said in (
        "“Sunday, Feb. 2, 2020” (Caption 1): by the calendar, Sunday, February 2, 2020. The words say Sunday, and that fits.",
        "The year is not named here. 2020 is named elsewhere: Caption 1, Caption 2.",
        "Near Monday, February 3, 2020: Thursday, January 30, 2020, or Thursday, February 6, 2020.",
        "Thursday, February 6, 2020 is such a day itself, and it is named (Sentence 5, Sentence 9).",
        "The latest day it tells of as past is Thursday, February 6, 2020.",
        "“the previous day” (Sentence 10) names a time and no day.",
    ):
        assert said in page


def test_the_steps_are_folded_away_and_the_days_are_not() -> None:
    page = open_lesson("idlib").date().page

    assert unescape(page).index("“the previous day”") < page.index("<details")
    assert "<details open" not in page
    assert "by the calendar" not in page[: page.index("<details")]


def test_a_year_that_is_named_nowhere_is_said_to_be_taken(folder: Path) -> None:
    put(folder, '[[date]]\nquote = "February 3"\nmeans = "2020-02-03"\n')

    assert "not named anywhere in the article. It is taken to be 2020." in text_of(open_lesson(str(folder)).date().page)


def test_an_article_whose_days_nobody_listed_says_so(folder: Path) -> None:
    (folder / "dates.toml").unlink()

    assert "Nobody has listed the days this article names." in text_of(open_lesson(str(folder)).date().page)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('quote = "March 1"', "do not stand in any one segment"),
        ('quote = "February 6"', "Say which one with at"),
        ('quote = "Thursday"\nmeans = "2020-02-30"', "means is “2020-02-30”. Write a day"),
        ('quote = "Thursday"\nmeans = 2020-02-06', "in quotation marks"),
        ('quote = "Thursday"\nmeans = "thursday"\nweekday = "thursday"', "weekday goes with a full date"),
        ('quote = "February 3"\nmeans = "2020-02-03"\nweekday = "Monday"', "is one of monday, tuesday"),
        ('quote = "Thursday"\nday = "2020-02-06"', "day is not known here"),
        ('quote = "Thursday"\nahead = "yes"', "ahead as true or false"),
        ('means = "thursday"', "write quote and at in quotation marks"),
    ],
)
def test_a_fault_names_the_file_the_words_and_the_remedy(
    folder: Path, layers: dict[str, Layer], entry: str, said: str
) -> None:
    article = put(folder, f"[[date]]\n{entry}\n")

    with pytest.raises(LessonError, match=r"dates\.toml, date 1") as error:
        read_dates(article)
    assert said in str(error.value)
    assert str(error.value) in faults_of(folder, layers)
