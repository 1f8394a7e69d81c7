"""Tables as a compositor sets them: columns weighed by what they hold, smaller type where they are wide.

Enter the engine's boxes of a table, leaves how wide its columns are (``widths``); ``weighing`` decides it.
"""
