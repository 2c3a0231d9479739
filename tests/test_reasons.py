"""What a class wrote, side by side."""

from lessonkit.article import Article
from lessonkit.classroom import Pupil
from lessonkit.layers import Layer
from lessonkit.reasons import reasons

from .pupils import a_mark, a_pupil

LAYERS = ("sourcing", "claims", "framing")


def test_reasons_tell_nothing_by_their_order(article: Article, sourcing: Layer) -> None:
    def pupils(*order: int) -> list[Pupil]:
        made = [a_pupil(n, [a_mark(article, "sourcing", ("s1", 0, 0), "party", f"Reason {n % 2}")]) for n in range(3)]
        return [made[n] for n in order]

    found = reasons(pupils(0, 1, 2), sourcing, "s1")

    assert [one.reason for one in found] == ["Reason 0", "Reason 1"]
    assert found[0].pseudonyms == ("pseudonym 0", "pseudonym 2")
    assert reasons(pupils(2, 1, 0), sourcing, "s1") == found
    assert "pseudonym" not in repr(found)
    assert reasons(pupils(0), sourcing, "s2") == ()
