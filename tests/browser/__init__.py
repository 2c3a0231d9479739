"""Tests that click what a learner clicks, in a real browser against the real `lessonkit lab`."""
