"""Mark one real news article three times, and see why a careful reader would agree or differ."""

from .lesson import Lesson, open_lesson

__all__ = ["Lesson", "open_lesson"]
