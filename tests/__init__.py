"""Tests of lessonkit, as a package so that they share helpers by name."""
