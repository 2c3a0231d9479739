"""The one error that lessonkit raises on purpose."""


class LessonError(Exception):
    """
    Something a teacher or learner can put right.

    Its message is one or two plain sentences: the thing that is wrong, by name, and the remedy.
    """
