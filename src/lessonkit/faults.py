"""The one error that lessonkit raises on purpose."""


class LessonError(Exception):
    """
    Something a teacher or learner can put right.

    Its message is one or two plain sentences: the thing that is wrong, by name, and the remedy.
    """

    def _render_traceback_(self) -> list[str]:
        """
        Give what a notebook shows in place of a traceback: the sentence.

        IPython asks an exception for it. Fifty lines of the kit's own code above the sentence would hide
        the remedy from whom it is for; ``traceback.print_exc()`` still shows them.
        """
        return [str(self)]
