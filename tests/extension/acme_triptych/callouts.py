"""Define exercises as a callout type."""

from triptych.model.nodes import CalloutKind
from triptych.reading.vocabulary import CalloutType

EXERCISE = CalloutType(base=CalloutKind.TIP, titles={"en": "Exercise", "de": "Übung"})
