"""What learners see and use in a notebook: the only room that knows ipywidgets and anywidget."""
