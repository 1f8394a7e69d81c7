"""The deck: model → storyboard → fitted slides → pptx."""
